// Figures and times as people read them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const DASH = '–';

export function isNumber(x) {
	return typeof x === 'number' && Number.isFinite(x);
}
export function count(n) {
	return isNumber(n) ? whole.format(n) : DASH;
}

export function percent(share, digits) {
	if (!isNumber(share)) return DASH;
	const places = digits ?? (share > 0 && share < 0.1 ? 2 : 1);
	return `${Number((100 * share).toFixed(places))}%`;
}

export function figure(x, digits) {
	if (!isNumber(x)) return DASH;
	return Math.abs(x) >= 1e5 || (x !== 0 && Math.abs(x) < 1e-3)
		? x.toExponential(1)
		: String(Number(x.toFixed(digits ?? 3)));
}

export function duration(seconds) {
	if (!isNumber(seconds)) return DASH;
	if (seconds === 0) return '0 s';
	if (seconds < 0.05 && seconds > 0) return `${Math.round(seconds * 1000)} ms`;
	if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
	if (seconds < 90) return `${Math.round(seconds)} s`;
	if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
	if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
	return `${Math.round(seconds / 86400)} days`;
}

// The same for figures at a glance, where parts of a second say nothing.
export function brief(seconds) {
	return seconds > 0 && seconds < 1 ? '< 1 s' : duration(seconds);
}

export function plural(n, one, many) {
	return `${count(n)} ${n === 1 ? one : (many ?? `${one}s`)}`;
}

function two(n) {
	return String(n).padStart(2, '0');
}

function zone(date) {
	const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(date);
	return parts.find((p) => p.type === 'timeZoneName')?.value ?? '';
}

// In the reader's own time zone, which is named: 2026-03-01 14:05 UTC.
export function when(time) {
	const date = new Date(time ?? NaN);
	if (Number.isNaN(date.getTime())) return DASH;
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())} ${zone(date)}`;
}

// A day of the counts: "2026-03-01", or days since 1970.
export function dayName(day) {
	return isNumber(day) ? new Date(day * 86400000).toISOString().slice(0, 10) : String(day);
}

export function bytes(n) {
	if (!isNumber(n)) return DASH;
	return n < 1e6 ? `${Math.round(n / 1e3)} kB` : `${(n / 1e6).toFixed(1)} MB`;
}

// One line of a text, for lists.
export function excerpt(text, limit) {
	const line = String(text ?? '')
		.slice(0, limit * 4)
		.replace(/\s+/g, ' ')
		.trim();
	return line.length > limit ? `${line.slice(0, limit)}…` : line;
}

export function reasonWords(reason) {
	return (
		{
			unsure: 'the model was not sure enough',
			novel: 'the text is unlike those the model learned from',
			no_promise: 'nothing is promised of answers like this one',
			paused: 'automatic answers were paused',
		}[reason] ?? null
	);
}

// Paused by the monitor, and not by a person, whatever the reason they gave.
export function isAlarm(task) {
	return task.paused === true && task.alarm === true;
}

// A kind and a sentence where automatic answers are paused, else null.
export function pauseWords(task) {
	if (!task.paused) return null;
	if (isAlarm(task))
		return ['bad', 'Alarm: too many automatic answers were wrong. They are stopped, and every text goes to people.'];
	const why = task.paused_why ? ` (${task.paused_why})` : '';
	return ['warn', `Automatic answers are paused${why}. Every text goes to people.`];
}

export function labelName(label) {
	return label === null || label === undefined ? 'none of these' : label;
}
