// All tasks: what waits, what answers.
import { get, list, part } from './api.js';
import { h, fill } from './dom.js';
import { count, duration, isAlarm, percent, isNumber } from './format.js';
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
	if (isAlarm(task))
		return h('p', { class: 'badge-line bad' }, 'Alarm: too many automatic answers were wrong; every text goes to people');
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

function buttons(task, path) {
	const alarm = isAlarm(task);
	const review = may('review')
		? h('a', { class: `btn ${alarm ? 'btn-plain' : 'btn-primary'}`, href: `${path}/review` }, 'Review')
		: null;
	const dashboard = h(
		'a',
		{ class: `btn ${alarm ? 'btn-primary' : 'btn-plain'}`, href: `${path}/dashboard` },
		'Dashboard',
	);
	return h(
		'div',
		{ class: 'buttons' },
		// After an alarm one looks at the figures first.
		alarm ? [dashboard, review] : [review, dashboard],
		h('a', { class: 'btn btn-plain', href: `${path}/models` }, 'Models'),
	);
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
			q.waiting > 0 ? stat(duration(q.age), 'longest waiting now') : null,
			isNumber(task.coverage) ? stat(percent(task.coverage), 'answered automatically') : null,
			stat(count(list(task.labels ?? []).length), 'labels'),
		),
		buttons(task, path),
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
