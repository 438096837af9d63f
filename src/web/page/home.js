// All tasks: what waits, what answers.
import { get, list, part } from './api.js';
import { h, fill } from './dom.js';
import { count, duration, percent, isNumber } from './format.js';
import { may } from './session.js';

function stat(value, words) {
	return h(
		'div',
		{ class: 'stat' },
		h('span', { class: 'stat-value' }, value),
		h('span', { class: 'stat-words' }, words),
	);
}

function state(task) {
	if (task.paused)
		return h(
			'p',
			{ class: 'badge-line warn' },
			'Paused: every text goes to people',
			task.paused_why ? h('span', { dir: 'auto' }, ` (${task.paused_why})`) : null,
		);
	if (!task.champion) return h('p', { class: 'badge-line warn' }, 'No model yet: every text goes to people');
	return h('p', { class: 'badge-line good' }, 'Answering automatically where it is sure');
}

export function queueFigures(task) {
	const q = task.queue ?? {};
	return { waiting: q.waiting, due: q.overdue, age: q.oldest_s, leased: q.leased };
}

function card(task) {
	const name = task.task ?? task.name;
	const q = queueFigures(task);
	const path = `/tasks/${part(name)}`;
	return h(
		'li',
		{ class: 'card task' },
		h(
			'h2',
			{ dir: 'auto' },
			h(
				'a',
				{ href: `${path}/${may('review') ? 'review' : 'dashboard'}` },
				task.title || task.settings?.title || name,
			),
		),
		state(task),
		h(
			'div',
			{ class: 'stats' },
			stat(count(q.waiting), 'waiting'),
			q.due > 0 ? stat(count(q.due), 'overdue') : null,
			q.waiting > 0 ? stat(duration(q.age), 'the oldest waits') : null,
			isNumber(task.coverage) ? stat(percent(task.coverage), 'answered automatically') : null,
			stat(count(list(task.labels ?? []).length), 'labels'),
		),
		h(
			'div',
			{ class: 'buttons' },
			may('review') ? h('a', { class: 'btn btn-primary', href: `${path}/review` }, 'Review') : null,
			h('a', { class: 'btn btn-plain', href: `${path}/dashboard` }, 'Dashboard'),
			h('a', { class: 'btn btn-plain', href: `${path}/models` }, 'Models'),
		),
	);
}

function none() {
	return h(
		'div',
		{ class: 'card empty' },
		h('p', { class: 'empty-title' }, 'No task yet'),
		h('p', {}, 'A task begins with a model: ', h('code', {}, 'handoff deploy MODEL --workspace DIR --task NAME')),
	);
}

export async function show(root) {
	const draw = async () => {
		const tasks = list(await get('/v1/tasks'));
		fill(root, h('h1', {}, 'Tasks'), tasks.length ? h('ul', { class: 'tasks' }, tasks.map(card)) : none());
	};
	await draw();
	const timer = setInterval(() => {
		if (!document.hidden && !root.contains(document.activeElement)) draw().catch(() => {});
	}, 15000);
	return () => clearInterval(timer);
}
