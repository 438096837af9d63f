// What came and what was said: search, the history of an item, and correcting an answer.
import { get, post, list, part, query as toQuery } from './api.js';
import { announce, field, fill, h, notice, taskHeading } from './dom.js';
import { duration, excerpt, labelName, percent, reasonWords, when } from './format.js';
import { breakable } from './label_list.js';
import { may, user } from './session.js';
import { showText, metaRows } from './text_view.js';

const PAGE = 50;
const STATUS = { pending: 'waits', answered: 'answered', overruled: 'overruled', expired: 'expired' };
const KINDS = {
	answer: 'answered',
	audit: 'answered an audit',
	correct: 'corrected to',
	withdraw: 'took the answer back',
	skip: 'skipped',
	flag: 'flagged',
};

// Nobody did this.
function dueWords(r) {
	return r.label
		? ['the time for an answer passed, and the suggestion was given: ', h('strong', { dir: 'auto' }, r.label)]
		: 'the time for an answer passed, and there was none';
}

function choice(values, all) {
	return h(
		'select',
		{ class: 'form-select' },
		h('option', { value: '' }, all),
		values.map(([value, words]) => h('option', { value }, words ?? value)),
	);
}

function says(item) {
	if (item.status === 'pending') return 'waits';
	return item.status === 'expired' ? 'expired' : labelName(item.label);
}

// A forgotten text is null; one that came empty is "".
function isErased(item) {
	return item.text === null || item.text === undefined;
}

function answeredBy(item, by) {
	const at = when(item.answered_at);
	return at === when(item.created_at) ? `answered by ${by}` : `answered ${at} by ${by}`;
}

function foot(item) {
	const by = item.answered_by === 'model' ? 'the model' : item.answered_by;
	// In the order of arrival, so that is the time that comes first.
	return [
		`came ${when(item.created_at)}`,
		by ? answeredBy(item, by) : null,
		item.status === 'overruled' ? 'overruled the model' : null,
		item.flagged ? 'flagged' : null,
		item.note ? 'with a note' : null,
	]
		.filter(Boolean)
		.join(' · ');
}

const AUDITS = {
	waiting: 'A check by people has not ended.',
	right: 'Checked by people: right.',
	wrong: 'Checked by people: wrong, as two of them said.',
	missing: 'The check was given up.',
};

// What happened before any person: the service's part of the history.
function beginning(item) {
	const said = item.suggestion
		? [h('strong', { dir: 'auto' }, item.suggestion), ` (${percent(item.confidence)} sure)`]
		: null;
	const why = reasonWords(item.reason);
	const lines = [];
	if (item.decision === 'auto') lines.push(['the model answered ', said]);
	else if (item.decision === 'human')
		lines.push([`handed to people${why ? ` because ${why}` : ''}`, said ? ['; the model would have said ', said] : null]);
	return lines.map((words) => h('li', {}, h('time', {}, when(item.created_at)), words));
}

function historyLine(r) {
	if (r.kind === 'due') return h('li', {}, h('time', {}, when(r.at)), dueWords(r));
	const what = KINDS[r.kind] ?? r.kind;
	const label = ['answer', 'audit', 'correct'].includes(r.kind)
		? [' ', h('strong', { dir: 'auto' }, labelName(r.label))]
		: null;
	return h(
		'li',
		{},
		h('time', {}, when(r.at)),
		r.reviewer,
		' ',
		what,
		label,
		r.took_ms > 0 ? ` in ${duration(r.took_ms / 1000)}` : null,
		r.note ? [': ', h('q', { dir: 'auto' }, r.note)] : null,
	);
}

class LabelsPage {
	constructor(root, name, task, query) {
		this.name = name;
		this.labels = list(task.labels ?? []).map((l) => l.label ?? l.name ?? l);
		this.items = h('ul', { class: 'items' });
		this.more = h(
			'button',
			{ type: 'button', class: 'btn btn-plain', hidden: true, onclick: () => this.load(true) },
			'Show more',
		);
		this.search = h('input', {
			class: 'form-control',
			type: 'search',
			value: query.get('search') ?? '',
		});
		this.label = choice(
			this.labels.map((l) => [l]),
			'any label',
		);
		this.status = choice([...Object.entries(STATUS), ['flagged']], 'any state');
		this.by = h('input', { class: 'form-control', placeholder: 'anybody', autocomplete: 'off' });
		const form = h(
			'form',
			{
				class: 'card filters',
				role: 'search',
				onsubmit: (e) => {
					e.preventDefault();
					this.load(false);
				},
			},
			h('div', { class: 'wide' }, field('Words in texts that people looked at', this.search)),
			field('Label', this.label),
			field('State', this.status),
			field('Answered by', this.by),
			h('button', { type: 'submit', class: 'btn btn-primary' }, 'Search'),
		);
		this.label.addEventListener('change', () => this.load(false));
		this.status.addEventListener('change', () => this.load(false));
		this.first = h('div', {});
		fill(
			root,
			taskHeading('Labels', { ...task, task: name }),
			h(
				'div',
				{ class: 'stack' },
				form,
				this.first,
				h(
					'section',
					{ class: 'card', 'aria-label': 'Texts' },
					this.items,
					h('div', { class: 'buttons' }, this.more),
				),
			),
		);
	}

	async load(further) {
		const filters = {
			search: this.search.value.trim(),
			label: this.label.value,
			status: this.status.value === 'flagged' ? '' : this.status.value,
			flagged: this.status.value === 'flagged' ? 'true' : '',
			by: this.by.value.trim(),
			limit: PAGE,
		};
		try {
			const answer = await get(
				`/v1/tasks/${part(this.name)}/items${toQuery({ ...filters, before: further ? this.last : undefined })}`,
			);
			const found = list(answer);
			if (!further) this.items.replaceChildren();
			this.last = answer.before;
			found.forEach((item) => this.items.append(this.row(item)));
			if (this.items.children.length === 0)
				this.items.append(
					h(
						'li',
						{ class: 'empty' },
						h('p', { class: 'empty-title' }, 'Nothing found'),
						h(
							'p',
							{},
							filters.search
								? 'No text that people looked at has these words and fits the filters. What only the model answered is not searched by words.'
								: 'No text of this task fits these filters.',
						),
					),
				);
			this.more.hidden = !this.last;
			announce(`${this.items.querySelectorAll('.item-row').length} texts shown`);
		} catch (error) {
			notice('bad', `The list could not be read: ${error.message}.`);
		}
	}

	row(item) {
		const full = h('div', { class: 'item-full', hidden: true });
		const line = h('li', {});
		const button = h(
			'button',
			{
				type: 'button',
				class: 'item-row',
				'aria-expanded': 'false',
				onclick: () => {
					full.hidden = !full.hidden;
					button.setAttribute('aria-expanded', String(!full.hidden));
					if (!full.hidden) this.open(item.item, full, line);
				},
			},
			h(
				'span',
				{ class: 'item-text', dir: 'auto' },
				isErased(item) ? '(erased)' : excerpt(item.text, 220) || '(empty)',
			),
			h('span', { class: 'item-label', dir: 'auto' }, breakable(says(item))),
			h('span', { class: 'item-foot' }, foot(item)),
		);
		return Object.assign(fill(line, button, full), { openRow: () => button.click() });
	}

	async open(id, full, line) {
		fill(full, h('p', { class: 'help' }, 'One moment…'));
		try {
			const item = await get(`/v1/items/${part(id)}`);
			// Blind until it is answered: neither who said what, nor what the model thinks.
			const waits = item.status === 'pending';
			const [history, context] = await Promise.all([
				waits && !may('admin') ? null : get(`/v1/items/${part(id)}/history`).catch(() => null),
				waits ? null : get(`/v1/items/${part(id)}/context`).catch(() => null),
			]);
			this.fillItem(full, item, history?.reviews ?? [], context, line);
		} catch (error) {
			fill(full, h('p', { class: 'wrong', role: 'alert' }, `This text could not be read: ${error.message}.`));
		}
	}

	fillItem(full, item, history, context, line) {
		const text = h('div', {
			class: 'full-text',
			dir: 'auto',
			tabindex: '0',
			role: 'region',
			'aria-label': 'The whole text',
		});
		showText(text, isErased(item) ? '(erased)' : item.text);
		const suggestion = context?.suggestion;
		fill(
			full,
			text,
			h(
				'dl',
				{ class: 'facts' },
				[
					['Item', h('code', {}, item.item)],
					["Model's label", suggestion ? `${suggestion}, ${percent(context.confidence)} sure` : null],
					['Model', item.model ? h('code', {}, item.model) : null],
					...metaRows(item.meta),
				]
					.filter(([, v]) => v !== null && v !== undefined)
					.map(([name, value]) => [h('dt', { dir: 'auto' }, name), h('dd', { dir: 'auto' }, value)]),
			),
			item.status !== 'pending' || history.length
				? h(
						'div',
						{},
						h('h2', {}, 'History'),
						h('ul', { class: 'history' }, beginning(item), history.map(historyLine)),
						AUDITS[item.audit] ? h('p', { class: 'help' }, AUDITS[item.audit]) : null,
					)
				: null,
			may('review') && item.status !== 'pending' ? this.correction(item, line) : null,
		);
	}

	correction(item, line) {
		const now = item.label === null ? '' : item.label;
		const label = h(
			'select',
			{ class: 'form-select' },
			h('option', { value: '' }, 'none of these'),
			this.labels.map((l) => h('option', { value: l }, l)),
		);
		label.value = now ?? '';
		// The standing label is no correction.
		const press = h('button', { type: 'submit', class: 'btn btn-primary', disabled: true }, 'Correct');
		label.addEventListener('change', () => {
			press.disabled = label.value === (now ?? '');
		});
		const note = h('input', { class: 'form-control', maxlength: '2000', autocomplete: 'off' });
		const wrong = h('p', { class: 'wrong', role: 'alert' });
		return h(
			'form',
			{
				onsubmit: async (e) => {
					e.preventDefault();
					try {
						await post(`/v1/items/${part(item.item)}/answer`, {
							label: label.value === '' ? null : label.value,
							note: note.value.trim() || undefined,
							correct: true,
						});
						announce('Corrected');
						const fresh = this.row(await get(`/v1/items/${part(item.item)}`));
						line.replaceWith(fresh);
						fresh.openRow();
						fresh.querySelector('button').focus();
					} catch (error) {
						wrong.textContent = `Not saved: ${error.message}.`;
					}
				},
			},
			h('h2', {}, 'Correct the answer'),
			h(
				'p',
				{ class: 'help' },
				`This overrules what stands, in the name of ${user()?.name}; the caller is told.`,
			),
			h(
				'div',
				{ class: 'correct' },
				field('Right label', label),
				field('Why (optional)', note),
				press,
			),
			wrong,
		);
	}

	// A link from elsewhere names one item.
	async showOne(id) {
		try {
			const row = this.row(await get(`/v1/items/${part(id)}`));
			fill(
				this.first,
				h(
					'section',
					{ class: 'card', 'aria-label': 'The text that was asked for' },
					h('ul', { class: 'items' }, row),
				),
			);
			row.openRow();
		} catch (error) {
			notice('bad', `The text could not be read: ${error.message}.`);
		}
	}
}

export async function show(root, { task, query }) {
	const page = new LabelsPage(root, task, await get(`/v1/tasks/${part(task)}`), query);
	await Promise.all([page.load(false), query.get('item') ? page.showOne(query.get('item')) : null]);
}
