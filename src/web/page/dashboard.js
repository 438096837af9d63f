// One task in figures: what comes, what is answered, how long people take, and whether the promise holds.
import { get, list, part } from './api.js';
import { chart } from './charts.js';
import { h, fill } from './dom.js';
import { count, dayName, duration, figure, isNumber, percent, when } from './format.js';
import { queueFigures } from './home.js';
import { readMonitor } from './monitor.js';

const DAYS = 30;
const LEAST_DAYS = 7;

function tile(value, words, kind) {
	return h(
		'div',
		{ class: 'card' },
		h(
			'div',
			{ class: 'stat' },
			h('span', { class: `stat-value ${kind ?? ''}` }, value),
			h('span', { class: 'stat-words' }, words),
		),
	);
}

function ratio(a, b) {
	return b > 0 ? a / b : null;
}
function of(day, name) {
	return day[name] ?? 0;
}
function sum(days, name) {
	return days.reduce((total, day) => total + of(day, name), 0);
}

function tiles(task, days, m) {
	const q = queueFigures(task);
	const today = days.at(-1) ?? {};
	const took = ratio(sum(days, 'took_ms') / 1000, sum(days, 'timed'));
	const waited = ratio(sum(days, 'waited_ms') / 1000, sum(days, 'answered'));
	return h(
		'div',
		{ class: 'figures' },
		tile(count(of(today, 'auto') + of(today, 'human')), 'texts today'),
		tile(percent(m.coverage), 'answered automatically'),
		tile(count(q.waiting), 'wait for a person'),
		tile(q.waiting > 0 ? duration(q.age) : '–', 'the oldest waits'),
		tile(duration(waited), "wait for a person's answer"),
		tile(duration(took), "a person's time per answer"),
	);
}

// One sentence that says how things stand, before any number.
function standing(m) {
	if (!isNumber(m.maxError) || m.maxError <= 0)
		return ['warn', 'There is no promise: this model has no certificate, so people answer everything.'];
	const limit = percent(m.maxError);
	if (m.alarm) return ['bad', `Alarm: the audits show that more than ${limit} of the automatic answers are wrong.`];
	if (m.ended === 0)
		return [
			'plain',
			`Promised: at most ${limit} of the automatic answers wrong. No audit has ended yet, so it is not measured.`,
		];
	if (isNumber(m.error) && m.error > m.maxError)
		return [
			'warn',
			`More was found wrong than was promised, which may still be chance: ${percent(m.error)} (between ${percent(m.low)} and ${percent(m.high)}), and at most ${limit} was promised.`,
		];
	if (isNumber(m.high) && m.high <= m.maxError)
		return [
			'good',
			`The promise holds: at most ${limit} wrong was promised, and the audits show at most ${percent(m.high)}.`,
		];
	return [
		'good',
		`Nothing speaks against the promise of at most ${limit} wrong; the audits so far allow up to ${percent(m.high)}.`,
	];
}

function promise(m) {
	const [kind, words] = standing(m);
	const facts = [
		['Measured since', when(m.since)],
		['Automatic answers since', count(m.automatic)],
		[
			'Audits',
			`${count(m.drawn)} drawn: ${count(m.right)} right, ${count(m.wrong)} wrong, ${count(m.waiting)} waiting, ${count(m.missing)} missing`,
		],
		[
			'Error among automatic answers',
			`${percent(m.error)} (between ${percent(m.low)} and ${percent(m.high)}, at all times together)`,
		],
		[
			'Evidence against the promise',
			`${figure(m.evidence)} (e-process; alarm at ${figure(m.alarmAt)}; tested against ${percent(m.tested)} found wrong by two people, who slip too)`,
		],
		['p-value, valid at any time', figure(m.p)],
	];
	return h(
		'section',
		{ class: 'card', 'aria-label': 'The promise now' },
		h('h2', {}, 'The promise now'),
		h('p', { class: `badge-line ${kind}` }, words),
		h(
			'dl',
			{ class: 'facts' },
			facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
		),
	);
}

// A young task has no thirty days: begin with the first that holds anything.
function fromFirst(days) {
	const first = days.findIndex((day) => Object.keys(day).some((name) => name !== 'day' && day[name] > 0));
	return days.slice(Math.max(0, Math.min(first < 0 ? days.length : first, days.length - LEAST_DAYS)));
}

function charts(days) {
	const x = days.map((d) => dayName(d.day).slice(5));
	const audits = (what) => days.map((d) => of(d, `audit.${what}`));
	return [
		chart({
			title: 'Texts a day',
			type: 'bar',
			stacked: true,
			x,
			format: count,
			whole: true,
			series: [
				{ name: 'answered automatically', values: days.map((d) => of(d, 'auto')) },
				{ name: 'handed to people', values: days.map((d) => of(d, 'human')) },
			],
		}),
		chart({
			title: 'Coverage: share answered automatically',
			type: 'line',
			x,
			max: 1,
			format: (v) => percent(v, 0),
			series: [
				{ name: 'coverage', values: days.map((d) => ratio(of(d, 'auto'), of(d, 'auto') + of(d, 'human'))) },
			],
		}),
		chart({
			title: "A person's time per answer",
			type: 'line',
			x,
			format: duration,
			series: [
				{ name: 'time per answer', values: days.map((d) => ratio(of(d, 'took_ms') / 1000, of(d, 'timed'))) },
			],
		}),
		chart({
			title: "Wait for a person's answer",
			type: 'line',
			x,
			format: duration,
			series: [{ name: 'wait', values: days.map((d) => ratio(of(d, 'waited_ms') / 1000, of(d, 'answered'))) }],
		}),
		chart({
			title: 'Audits by verdict',
			type: 'bar',
			stacked: true,
			x,
			format: count,
			whole: true,
			series: [
				{ name: 'right', values: audits('right') },
				{ name: 'wrong', values: audits('wrong') },
				{ name: 'missing', values: audits('missing') },
			],
		}),
		chart({
			title: 'People agree with the suggestion',
			about: 'Of the texts that the model was not sure of.',
			type: 'line',
			x,
			max: 1,
			format: (v) => percent(v, 0),
			series: [{ name: 'agreed', values: days.map((d) => ratio(of(d, 'agreed'), of(d, 'answered'))) }],
		}),
	];
}

function paused(task) {
	return task.paused
		? h(
				'p',
				{ class: 'notice notice-warn' },
				`Automatic answers are paused${task.paused_why ? `: ${task.paused_why}` : ''}. Every text goes to people.`,
			)
		: null;
}

function updateCard(update) {
	const words = update?.text ?? '';
	return words
		? h(
				'section',
				{ class: 'card', 'aria-label': 'Latest update' },
				h('h2', {}, 'Latest update'),
				h('p', { class: 'update', dir: 'auto', text: words }),
			)
		: null;
}

export async function show(root, { task: name }) {
	const base = `/v1/tasks/${part(name)}`;
	const [task, monitor, days, update] = await Promise.all([
		get(base),
		get(`${base}/monitor`),
		get(`${base}/days?days=${DAYS}`),
		get(`${base}/update`).catch(() => null),
	]);
	const counts = fromFirst(list(days));
	const m = readMonitor(monitor);
	const drawn = charts(counts);
	const top = h('div', {}, tiles(task, counts, m));
	fill(
		root,
		h('h1', { dir: 'auto' }, task.title || task.settings?.title || name),
		h('div', { class: 'stack' }, paused(task), top, h('div', { class: 'grid-2' }, promise(m), updateCard(update))),
		h(
			'div',
			{ class: 'grid-2' },
			drawn.map((d) => d.box),
		),
	);
	const timer = setInterval(async () => {
		if (!document.hidden)
			await Promise.all([get(base), get(`${base}/monitor`)])
				.then(([t, n]) => fill(top, tiles(t, counts, readMonitor(n))))
				.catch(() => {});
	}, 15000);
	return () => {
		clearInterval(timer);
		drawn.forEach((d) => d.free());
	};
}
