// The notebook: what was done and why, newest first.
import { get, post, list, query as toQuery } from './api.js';
import { announce, field, fill, h, notice } from './dom.js';
import { bytes, when, figure, isNumber } from './format.js';

const PAGE = 50;

function figures(value) {
	let object = value;
	if (typeof value === 'string') {
		try {
			object = JSON.parse(value);
		} catch {
			return value;
		}
	}
	if (!object || typeof object !== 'object') return '';
	return Object.entries(object)
		.map(
			([name, v]) =>
				name === 'bytes'
					? bytes(v)
					: `${name.replaceAll('_', ' ')} ${isNumber(v) ? figure(v, 4) : typeof v === 'string' ? v : JSON.stringify(v)}`,
		)
		.join(', ');
}

function line(e) {
	const numbers = figures(e.figures);
	return h(
		'li',
		{},
		h('time', {}, when(e.at)),
		h('span', { class: 'kind', dir: 'auto' }, String(e.kind).replaceAll('_', ' ')),
		h(
			'div',
			{ class: 'words' },
			h('span', { dir: 'auto' }, e.words),
			h('div', { class: 'by' }, [e.actor, e.task, numbers].filter(Boolean).join(' · ')),
		),
	);
}

function taskChoice(tasks, all) {
	return h(
		'select',
		{ class: 'form-select' },
		h('option', { value: '' }, all),
		tasks.map((t) => h('option', { value: t.task }, t.title || t.task)),
	);
}

export async function show(root) {
	const tasks = list(await get('/v1/tasks'));
	const only = taskChoice(tasks, 'all');
	const about = taskChoice(tasks, 'no task');
	const entries = h('ul', { class: 'journal' });
	const more = h('button', { type: 'button', class: 'btn btn-plain', hidden: true }, 'Show more');
	let last;
	const load = async (further) => {
		const found = list(
			await get(
				`/v1/journal${toQuery({ limit: PAGE, before: further ? last : undefined, task: only.value })}`,
			),
		);
		if (!further) entries.replaceChildren();
		last = found.at(-1)?.sequence ?? last;
		found.forEach((e) => entries.append(line(e)));
		more.hidden = found.length < PAGE;
		if (entries.children.length === 0) entries.append(h('li', { class: 'help' }, 'Nothing yet.'));
	};
	const again = (further) =>
		load(further).catch((error) => notice('bad', `The journal could not be read: ${error.message}.`));
	more.addEventListener('click', () => again(true));
	only.addEventListener('change', () => again(false));
	const words = h('input', { class: 'form-control', maxlength: '2000', required: true, autocomplete: 'off' });
	const form = h(
		'form',
		{
			class: 'correct note-form',
			onsubmit: async (e) => {
				e.preventDefault();
				try {
					await post('/v1/journal', { words: words.value, task: about.value || undefined });
					words.value = '';
					announce('Noted');
					await again(false);
				} catch (error) {
					notice('bad', `Not saved: ${error.message}.`);
				}
			},
		},
		field('Add a note', words),
		field('About', about),
		h('button', { type: 'submit', class: 'btn btn-primary' }, 'Note'),
	);
	await load(false);
	fill(
		root,
		h('h1', {}, 'Journal'),
		h(
			'div',
			{ class: 'stack' },
			h('section', { class: 'card', 'aria-label': 'Add a note' }, form),
			h('section', { class: 'card', 'aria-label': 'Entries' }, h('div', { class: 'correct' }, field('Entries of', only)), entries, h('div', { class: 'buttons' }, more)),
		),
	);
}
