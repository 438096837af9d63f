// What was found about a model and the data that it was made from: counts, findings, and the texts behind each. For
// admins, because reports quote texts. The whole report, with its charts, is a page of its own that the server sends.
import { del, get, list, part } from './api.js';
import { announce, confirmed, fill, h, notice, table } from './dom.js';
import { count, plural, when } from './format.js';

const NAMES = { doubt: 'Doubts about the model', explore: 'What its data say' };
// What needs somebody stands first; a sign, so that colour alone says nothing.
const WORDS = [
	['broken', 'bad', '✕', 'broken'],
	['warning', 'bad', '!', 'warnings'],
	['weak', 'warn', '!', 'weak'],
	['notice', 'warn', '•', 'notices'],
	['unknown', 'plain', '?', 'unknown'],
	['holds', 'good', '✓', 'hold'],
	['info', 'plain', 'i', 'for information'],
];
const QUIET = new Set(['holds', 'info']);
const TEXTS = 10;
const ROWS = 8;

function wordOf(finding) {
	return finding.verdict ?? finding.severity ?? 'info';
}

function mark(word, words) {
	const [, kind, sign] = WORDS.find(([w]) => w === word) ?? WORDS.at(-1);
	return h('span', { class: `badge-line ${kind} mark` }, h('span', { 'aria-hidden': 'true' }, `${sign} `), words ?? word);
}

function counts(findings) {
	return h(
		'p',
		{ class: 'marks' },
		WORDS.map(([word, , , many]) => {
			const n = findings.filter((f) => wordOf(f) === word).length;
			return n ? mark(word, `${count(n)} ${n === 1 ? word : many}`) : null;
		}),
	);
}

function more(n) {
	return n > 0 ? h('p', { class: 'help' }, `${count(n)} more are in the report.`) : null;
}

function texts(e) {
	return h(
		'div',
		{},
		h('p', { class: 'caption', dir: 'auto' }, e.caption),
		h(
			'ul',
			{ class: 'quoted' },
			list(e.texts)
				.slice(0, TEXTS)
				.map((t) =>
					h(
						'li',
						{},
						h(
							'p',
							{ class: 'source' },
							h('span', { dir: 'auto' }, `row ${t.id}`),
							t.label === null ? null : h('strong', { dir: 'auto' }, t.label),
							t.note === null ? null : h('span', { dir: 'auto' }, t.note),
						),
						h('blockquote', { dir: 'auto' }, t.text),
					),
				),
		),
		more(e.texts.length - TEXTS),
	);
}

// Charts stay in the report; what is words is shown here.
function exhibit(e) {
	if (e.kind === 'texts') return texts(e);
	if (e.kind !== 'table') return null;
	return h(
		'div',
		{},
		table(e.caption, e.columns, list(e.rows).slice(0, ROWS), { showCaption: true }),
		more(e.rows.length - ROWS),
	);
}

function behind(finding, page) {
	return [
		finding.evidence.length
			? h(
					'ul',
					{},
					finding.evidence.map((line) => h('li', { dir: 'auto' }, line)),
				)
			: null,
		finding.advice ? h('p', { dir: 'auto' }, h('strong', {}, 'What to do: '), finding.advice) : null,
		list(finding.exhibits).map(exhibit),
		h('p', {}, h('a', { href: page, target: '_blank', rel: 'noopener' }, 'In the report, with its charts')),
	];
}

class Report {
	constructor(base, report) {
		this.path = `${base}/${part(report.kind)}`;
		this.report = report;
		this.whole = null;
	}

	// Read once, when the first finding is opened.
	findings() {
		this.whole ??= get(`${this.path}?form=json`).then((whole) => whole.findings);
		return this.whole;
	}

	async open(box, index, page) {
		try {
			fill(box, behind((await this.findings())[index], page));
		} catch (error) {
			this.whole = null;
			fill(box, h('p', { class: 'help' }, `It cannot be read: ${error.message}.`));
		}
	}

	finding(f, index) {
		const page = `${this.path}#${f.anchor}`;
		const box = h('div', { class: 'behind' }, h('p', { class: 'help' }, 'One moment…'));
		const title = h('span', { dir: 'auto' }, `${f.title}.`);
		const details = h('details', { class: 'finding' }, h('summary', {}, mark(wordOf(f)), ' ', title), box);
		details.addEventListener('toggle', () => details.open && this.open(box, index, page), { once: true });
		return [wordOf(f), h('li', {}, details)];
	}

	draw() {
		const { kind, made_at: made, findings } = this.report;
		const all = findings.map((f, i) => this.finding(f, i));
		const ranked = WORDS.flatMap(([word]) => all.filter(([w]) => w === word));
		const quiet = ranked.filter(([w]) => QUIET.has(w));
		return h(
			'section',
			{ class: 'report', 'aria-label': NAMES[kind] ?? kind },
			h('h3', {}, NAMES[kind] ?? kind),
			counts(findings),
			h(
				'ul',
				{ class: 'findings' },
				ranked.filter(([w]) => !QUIET.has(w)).map(([, li]) => li),
			),
			quiet.length
				? h(
						'details',
						{},
						h('summary', {}, `${plural(quiet.length, 'more finding')}, with nothing to do`),
						h(
							'ul',
							{ class: 'findings' },
							quiet.map(([, li]) => li),
						),
					)
				: null,
			h(
				'p',
				{ class: 'help' },
				`Made ${when(made)}. `,
				h('a', { href: this.path, target: '_blank', rel: 'noopener' }, 'Open the report'),
			),
		);
	}
}

// The reports of a model as an element that fills itself; `hint`: say how they are made if there are none.
export function reports(base, model, hint) {
	const box = h('div', { class: 'reports' });
	const path = `${base}/models/${part(model)}/reports`;
	const remove = async () => {
		const yes = await confirmed(
			'Remove the reports?',
			'They quote texts of the data that the model was made from. They can be made again by deploying the model again, with the data.',
			'Remove',
			{ danger: true },
		);
		if (!yes) return;
		try {
			await del(path);
			announce('The reports are removed');
			await read();
		} catch (error) {
			notice('bad', `That did not work: ${error.message}.`);
		}
	};
	const read = async () => {
		let found;
		try {
			found = list(await get(path));
		} catch (error) {
			fill(box, h('p', { class: 'help' }, `The reports cannot be read: ${error.message}.`));
			return;
		}
		const order = ['doubt', 'explore'];
		found.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
		fill(
			box,
			found.map((report) => new Report(path, report).draw()),
			found.length
				? h(
						'div',
						{ class: 'buttons' },
						h(
							'button',
							{
								type: 'button',
								class: 'btn btn-sm btn-plain',
								'aria-label': `Remove the reports of ${model}`,
								onclick: remove,
							},
							'Remove the reports',
						),
					)
				: hint
					? h('p', { class: 'help' }, 'Nobody has doubted this model yet: ', h('code', {}, hint))
					: h('p', { class: 'help' }, 'There are no reports of this model.'),
		);
	};
	read();
	return box;
}
