// One task in figures: what comes, what is answered, how long people take, and whether the promise holds.
import { get, list, part } from './api.js';
import { chart } from './charts.js';
import { h, fill, table } from './dom.js';
import { brief, count, dayName, duration, figure, isNumber, pauseWords, percent, plural, when } from './format.js';
import { queueFigures } from './home.js';
import { readMonitor } from './monitor.js';

const DAYS = 30;
const MUCH_EVIDENCE = 1e6;

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
		tile(count(q.waiting), 'waiting for a person now'),
		tile(q.waiting > 0 ? brief(q.age) : '–', 'longest waiting now'),
		tile(brief(waited), 'average wait for a person'),
		tile(brief(took), "a person's time per answer"),
	);
}

// One sentence that says how things stand, before any number. It claims what the range shows and no more; the daily
// message says the same in the same words.
function standing(m) {
	if (!isNumber(m.maxError) || m.maxError <= 0)
		return ['warn', 'There is no promise: this model has no certificate, so people answer everything.'];
	if (m.alarm) return ['bad', alarmWords(m)];
	if (m.labels.length > 0) return labelsStanding(m);
	const limit = percent(m.maxError);
	if (m.ended === 0)
		return [
			'plain',
			`Promised: at most ${limit} of the automatic answers wrong. No audit has ended yet, so it is not measured.`,
		];
	return measured(m, limit);
}

function measured(m, limit) {
	const between = `(between ${percent(m.low)} and ${percent(m.high)})`;
	if (isNumber(m.low) && m.low > m.maxError)
		return [
			'warn',
			`The checks speak against the promise, though not yet enough for the alarm: at least ${percent(m.low)} is wrong, and at most ${limit} was promised.`,
		];
	if (isNumber(m.error) && m.error > m.maxError)
		return [
			'warn',
			`More was found wrong than was promised, which may still be chance: ${percent(m.error)} ${between}, and at most ${limit} was promised.`,
		];
	if (isNumber(m.high) && m.high <= m.maxError)
		return [
			'good',
			`The promise holds: at most ${limit} wrong was promised, and the audits show at most ${percent(m.high)}.`,
		];
	if (m.second > 0)
		return [
			'warn',
			`${contested(m)} At most ${limit} wrong was promised; so far up to ${percent(m.high)} may be wrong.`,
		];
	return ['plain', `${progress(m)} Promised: at most ${limit} wrong; so far up to ${percent(m.high)} may be wrong.`];
}

function alarmWords(m) {
	const broken = m.labels.filter((l) => l.alarm);
	if (broken.length > 0)
		return `Alarm: the audits show that the promise is broken for ${broken.map((l) => `“${l.label}” (at most ${percent(l.max_error)} wrong)`).join(', ')}.`;
	return `Alarm: the audits show that more than ${percent(m.maxError)} of the automatic answers are wrong.`;
}

// What is found over all labels says nothing of the promise of one.
function labelsStanding(m) {
	const done = m.right + m.wrong;
	if (m.second > 0) return ['warn', `${contested(m)} Each label has a promise of its own; none is refuted so far.`];
	return [
		'plain',
		done === 0
			? 'Each label has a promise of its own. No audit has ended yet, so none is measured.'
			: `Each label has a promise of its own, and none is refuted so far: ${plural(done, 'check')}, ${count(m.wrong)} wrong.`,
	];
}

function contested(m) {
	const [were, wait] = m.second === 1 ? ['was', 'waits'] : ['were', 'wait'];
	return `${plural(m.second, 'automatic answer')} ${were} contested by a first person and ${wait} for a second.`;
}

// Without a wrong one, that many checks at least would be needed to show the promise.
function progress(m) {
	const done = m.right + m.wrong;
	const needed = Math.ceil(Math.log(1 - m.level) / Math.log(1 - m.maxError));
	if (m.wrong > 0 || done >= needed) return `Not shown yet after ${plural(done, 'check')} of automatic answers.`;
	return `Not measured yet: ${count(done)} of at least ${count(needed)} checks done.`;
}

// Who labels blind is not told how many audits wait.
function auditWords(m) {
	const waiting = isNumber(m.waiting)
		? isNumber(m.second)
			? `${count(m.waiting - m.second)} waiting for a first look, ${count(m.second)} for a second`
			: `${count(m.waiting)} waiting`
		: null;
	return [
		// Drawn less ended would be waiting.
		waiting && isNumber(m.drawn) ? `${count(m.drawn)} drawn` : null,
		`${count(m.right)} right`,
		`${count(m.wrong)} wrong`,
		waiting,
		`${count(m.missing)} missing`,
	]
		.filter(Boolean)
		.join(', ');
}

function shownEvidence(x) {
	return x > MUCH_EVIDENCE ? `over ${count(MUCH_EVIDENCE)}` : figure(x);
}

function evidence(m) {
	return `${shownEvidence(m.evidence)} (alarm at ${figure(m.alarmAt)})`;
}

function promise(m) {
	const [kind, words] = standing(m);
	const facts = [
		['Measured since', when(m.since)],
		['Automatic answers since', count(m.automatic)],
		['Checks by people', auditWords(m)],
		['Wrong among automatic answers', `${percent(m.error)} (between ${percent(m.low)} and ${percent(m.high)})`],
		['Evidence against the promise', evidence(m)],
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
		m.labels.length > 0 ? labelsTable(m) : null,
		meaning(m),
	);
}

// n promises share the chance of a false alarm, so that the evidence on each counts an n-th.
function labelsTable(m) {
	return table(
		'The promise of each label',
		[
			'Label',
			{ title: 'Promised wrong at most', number: true },
			{ title: 'Automatic answers', number: true },
			{ title: 'Wrong', number: true },
			{ title: 'Evidence against it', number: true },
		],
		m.labels.map((l) => [
			h('span', { dir: 'auto' }, l.label),
			percent(l.max_error),
			count(l.automatic),
			count(l.wrong),
			isNumber(l.log_wealth) ? shownEvidence(Math.exp(l.log_wealth) / m.labels.length) : '–',
		]),
	);
}

function meaning(m) {
	return h(
		'details',
		{ class: 'meaning' },
		h('summary', {}, 'What these figures mean'),
		h(
			'p',
			{},
			'Some automatic answers are drawn at random and shown to people who do not know it. One counts as wrong when two people say so. What was drawn and not yet checked, or given up, counts as possibly wrong.',
		),
		h(
			'p',
			{},
			'The range holds at all times together: however often one looks, and whenever one stops, the true share lies in it all along with the stated confidence (a confidence sequence).',
		),
		h(
			'p',
			{},
			`The evidence grows while more than promised is found wrong (an e-process, tested against ${percent(m.tested)}, since people slip too). At ${figure(m.alarmAt)} the alarm is raised; a false alarm ever has a chance of at most ${percent(1 / m.alarmAt)}. As a p-value that is valid at any time: ${m.p < 1e-6 ? 'below 0.000001' : figure(m.p, 4)}.`,
		),
	);
}

// A young task has no thirty days: begin with the first that holds anything.
function fromFirst(days) {
	const first = days.findIndex((day) => Object.keys(day).some((name) => name !== 'day' && day[name] > 0));
	return days.slice(first < 0 ? -1 : first);
}

// Those that wait have no day of a verdict yet: they stand on the last.
function waitingNow(days, m) {
	return isNumber(m.waiting)
		? [{ name: 'waiting now', colour: 'waiting', values: days.map((d, i) => (i === days.length - 1 ? m.waiting : null)) }]
		: [];
}

function charts(days, m) {
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
				{ name: 'right', colour: 'right', values: audits('right') },
				{ name: 'wrong', colour: 'wrong', values: audits('wrong') },
				{ name: 'missing', colour: 'missing', values: audits('missing') },
				...waitingNow(days, m),
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
	const [kind, words] = pauseWords(task) ?? [];
	return words ? h('p', { class: `notice notice-${kind}`, dir: 'auto' }, words) : null;
}

// The message's plain form as headings and lists.
function updateParts(text) {
	const out = [];
	let points = null;
	for (const line of text.split('\n')) {
		if (/^[-•] /.test(line)) {
			if (!points) out.push((points = h('ul', {})));
			points.append(h('li', { dir: 'auto' }, line.slice(2)));
		} else if (line.trim() !== '') {
			points = null;
			const title = /^(Update|Next):\s*(.*)$/.exec(line);
			if (title) out.push(h('h3', {}, title[1]));
			if (!title || title[2]) out.push(h('p', { dir: 'auto' }, title ? title[2] : line));
		}
	}
	return out;
}

function updateCard(update) {
	const words = update?.text ?? '';
	return words
		? h(
				'section',
				{ class: 'card', 'aria-label': 'Latest update' },
				h('h2', {}, 'Latest update'),
				h('div', { class: 'update' }, updateParts(words)),
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
	const drawn = charts(counts, m);
	const top = h('div', {}, tiles(task, counts, m));
	const state = h('div', {}, paused(task));
	const now = h('div', { class: 'promise-now' }, promise(m));
	fill(
		root,
		h('h1', { dir: 'auto' }, task.title || task.settings?.title || name),
		h('div', { class: 'stack' }, state, top, h('div', { class: 'grid-2' }, now, updateCard(update))),
		h(
			'div',
			{ class: 'grid-2' },
			drawn.map((d) => d.box),
		),
	);
	const timer = setInterval(async () => {
		if (!document.hidden)
			await Promise.all([get(base), get(`${base}/monitor`)])
				.then(([t, n]) => {
					fill(top, tiles(t, counts, readMonitor(n)));
					fill(state, paused(t));
					// Not while somebody reads what the figures mean.
					if (!now.querySelector('details[open]') && !now.contains(document.activeElement))
						fill(now, promise(readMonitor(n)));
				})
				.catch(() => {});
	}, 15000);
	return () => {
		clearInterval(timer);
		drawn.forEach((d) => d.free());
	};
}
