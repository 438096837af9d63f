// What answers, since when, with what certificate; and for admins: promote, roll back, pause, resume.
import { get, post, list, part } from './api.js';
import { modelCard } from './card.js';
import { announce, confirmed, fill, h, notice, taskHeading } from './dom.js';
import { bytes, count, isAlarm, isNumber, pauseWords, percent, when } from './format.js';
import { reports } from './reports.js';
import { may } from './session.js';

function certificate(model) {
	// Of a model that does not answer the server reads neither card nor certificate.
	if (!model.answers) return null;
	const p = model.promise;
	if (!p) return 'none: it hands every text to people';
	if (p.per_label) return labelCertificates(p);
	return [
		`at most ${percent(p.max_error)} wrong among automatic answers`,
		isNumber(p.confidence_level) ? `, with confidence ${percent(p.confidence_level, 0)}` : '',
		isNumber(p.n) ? `; ${count(p.k)} wrong among ${count(p.n)} certification texts` : '',
		isNumber(p.coverage) ? `, ${percent(p.coverage)} answered` : '',
		p.threshold > 0 ? `; answers where it is surer than ${percent(p.threshold)}` : '',
	].join('');
}

// Where each label has a promise of its own; one without a threshold could not be promised.
function labelCertificates(p) {
	const sure = isNumber(p.confidence_level) ? `, all with confidence ${percent(p.confidence_level, 0)}` : '';
	return [
		h('p', {}, `for each label on its own${sure}${isNumber(p.coverage) ? `; ${percent(p.coverage)} answered` : ''}:`),
		h(
			'ul',
			{ class: 'label-promises' },
			Object.entries(p.per_label).map(([label, l]) =>
				h(
					'li',
					{},
					h('strong', { dir: 'auto' }, label),
					isNumber(l.threshold)
						? `: at most ${percent(l.max_error)} wrong, where it is surer than ${percent(l.threshold)}`
						: `: ${percent(l.max_error)} could not be promised, so people answer`,
				),
			),
		),
	];
}

class ModelsPage {
	constructor(root, name) {
		this.root = root;
		this.name = name;
		this.base = `/v1/tasks/${part(name)}`;
	}

	async draw() {
		const [task, models] = await Promise.all([get(this.base), get(`${this.base}/models`)]);
		const all = list(models).map((m) => ({
			...m,
			id: m.model ?? m.id,
			answers: m.champion === true || (m.model ?? m.id) === task.champion,
		}));
		all.sort((a, b) => b.answers - a.answers || String(b.added_at).localeCompare(String(a.added_at)));
		fill(
			this.root,
			taskHeading('Models', { ...task, task: this.name }),
			h(
				'div',
				{ class: 'stack' },
				this.state(task),
				all.map((m) => this.card(m, task)),
				all.length
					? null
					: h(
							'div',
							{ class: 'card empty' },
							h('p', { class: 'empty-title' }, 'No model yet'),
							h('p', {}, h('code', {}, `handoff deploy MODEL --workspace DIR --task ${this.name}`)),
						),
			),
		);
	}

	state(task) {
		const [kind, words] =
			pauseWords(task) ??
			(task.champion
				? ['good', 'Automatic answers are given where the model is sure.']
				: ['warn', 'No model answers; every text goes to people.']);
		const alarm = isAlarm(task);
		return h(
			'section',
			{ class: 'card', 'aria-label': 'State' },
			h('p', { class: `badge-line ${kind}`, dir: 'auto' }, words),
			alarm
				? h(
						'p',
						{ class: 'help' },
						'First look at the wrong answers (Labels), then deploy a better model or demand more confidence (Settings). To resume as it is repeats the errors.',
					)
				: null,
			may('admin') && task.champion
				? h(
						'div',
						{ class: 'buttons' },
						task.paused
							? h(
									'button',
									{
										type: 'button',
										class: `btn ${alarm ? 'btn-plain' : 'btn-primary'}`,
										onclick: () => this.resume(alarm),
									},
									'Resume automatic answers',
								)
							: h(
									'button',
									{ type: 'button', class: 'btn btn-plain', onclick: () => this.pause() },
									'Pause automatic answers',
								),
					)
				: null,
		);
	}

	card(m, task) {
		const before = !m.answers && m.promoted_at;
		const facts = [
			['Answers since', m.answers ? when(m.promoted_at) : null],
			['Answered', before ? `from ${when(m.promoted_at)} to ${when(m.retired_at)}` : null],
			['Certificate', certificate(m)],
			['Added', `${when(m.added_at)}${m.added_by ? ` by ${m.added_by}` : ''}`],
			['Size', bytes(m.bytes)],
		];
		return h(
			'section',
			{ class: 'card', 'aria-label': `Model ${m.id}` },
			h(
				'div',
				{ class: 'model-head' },
				h('h2', {}, m.id),
				m.answers
					? task.paused
						? h('span', { class: 'badge-line warn' }, 'paused')
						: h('span', { class: 'badge-line good' }, 'answers now')
					: before
						? h('span', { class: 'badge-line plain' }, 'answered before')
						: h('span', { class: 'badge-line plain' }, 'never answered'),
			),
			h(
				'dl',
				{ class: 'facts' },
				facts.filter(([, v]) => v).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
			),
			modelCard(m.card),
			this.reports(m),
			may('admin') && !m.answers
				? h(
						'div',
						{ class: 'buttons' },
						h(
							'button',
							{
								type: 'button',
								class: 'btn btn-plain',
								'aria-label': `${before ? 'Roll back to this model' : 'Let this model answer'}: ${m.id}`,
								onclick: () => this.promote(m, before),
							},
							before ? 'Roll back to this model' : 'Let this model answer',
						),
					)
				: null,
		);
	}

	// At once of the model that answers; of the others when asked for.
	reports(m) {
		if (!may('admin')) return null;
		if (m.answers)
			return reports(this.base, m.id, `handoff deploy MODEL --workspace DIR --task ${this.name} --with-reports TRAIN`);
		const box = h('details', {}, h('summary', {}, 'Reports'));
		box.addEventListener('toggle', () => box.append(reports(this.base, m.id)), { once: true });
		return box;
	}

	async does(words, action) {
		try {
			if ((await action()) === false) return;
			announce(words);
			await this.draw();
			this.root.querySelector('h1')?.scrollIntoView({ block: 'nearest' });
		} catch (error) {
			notice('bad', `That did not work: ${error.message}.`);
		}
	}

	async promote(m, back) {
		const yes = await confirmed(
			back ? 'Roll back?' : 'Let this model answer?',
			`The model ${m.id} answers from the next text on. The measurement of the promise begins anew.`,
			back ? 'Roll back' : 'Promote',
		);
		if (yes) await this.does('The model answers now', () => post(`${this.base}/models/${part(m.id)}/promote`));
	}

	async pause() {
		const why = await confirmed(
			'Pause automatic answers?',
			'Every text then goes to people, until somebody resumes.',
			'Pause',
			{ danger: true, ask: 'Why?' },
		);
		if (why !== null) await this.does('Paused', () => post(`${this.base}/pause`, { why: why.trim() || undefined }));
	}

	async resume(alarm) {
		const yes = await confirmed(
			'Resume automatic answers?',
			alarm
				? 'It answers again where it is sure, and the measurement begins anew. Without a better model or a higher threshold it will break its promise again.'
				: 'The model answers again where it is sure. The measurement of the promise begins anew.',
			'Resume',
			{ danger: alarm },
		);
		if (yes) await this.does('Automatic answers are on', () => this.resumed());
	}

	// After an alarm the server wants something to have changed, or a second word. False: it stays paused.
	async resumed() {
		try {
			await post(`${this.base}/resume`);
			return true;
		} catch (error) {
			if (error.status !== 409) throw error;
		}
		const yes = await confirmed(
			'Nothing has changed since the alarm',
			'Neither the model nor its threshold. To resume as it is throws the evidence away, and the journal says who did it.',
			'Resume all the same',
			{ danger: true },
		);
		if (!yes) return false;
		await post(`${this.base}/resume`, { force: true });
		return true;
	}
}

export async function show(root, { task }) {
	await new ModelsPage(root, task).draw();
}
