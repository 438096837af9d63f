// The pieces that pushed the score, marked in the text. Offsets come in bytes of UTF-8; JavaScript counts UTF-16 units.
import { h, fill } from './dom.js';

const MOST_PIECES = 400;
const AROUND = 80; // characters shown beside a mark of a long text
const SHORT = 1500; // a text up to this is shown whole
const MOST_SHOWN = 3000;

// Positions in UTF-16 units for rising byte offsets.
export function unitOffsets(text, byteOffsets) {
	const sorted = [...new Set(byteOffsets)].sort((a, b) => a - b);
	const found = new Map();
	let byte = 0;
	let unit = 0;
	for (const wanted of sorted) {
		while (byte < wanted && unit < text.length) {
			const code = text.codePointAt(unit);
			byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
			unit += code < 0x10000 ? 1 : 2;
		}
		found.set(wanted, unit);
	}
	return found;
}

// Overlapping pieces (words, runs of characters) add up: [{start, end, weight}] without overlap, in order.
export function segments(text, pieces) {
	const strongest = pieces
		.filter((p) => p.end > p.start && p.weight)
		.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
		.slice(0, MOST_PIECES);
	const units = unitOffsets(
		text,
		strongest.flatMap((p) => [p.start, p.end]),
	);
	const change = new Map();
	for (const p of strongest) {
		const [start, end] = [units.get(p.start), units.get(p.end)];
		if (end <= start) continue;
		const density = p.weight / (end - start);
		change.set(start, (change.get(start) ?? 0) + density);
		change.set(end, (change.get(end) ?? 0) - density);
	}
	const places = [...change.keys()].sort((a, b) => a - b);
	const out = [];
	let level = 0;
	for (let i = 0; i + 1 < places.length; i++) {
		level += change.get(places[i]);
		if (Math.abs(level) > 1e-9) out.push({ start: places[i], end: places[i + 1], weight: level });
	}
	return out;
}

function strength(weight, largest) {
	return Math.max(1, Math.min(4, Math.ceil((4 * Math.abs(weight)) / largest)));
}

// The stretch of a long text around its strongest marks.
function windows(text, marks) {
	if (text.length <= SHORT) return [[0, text.length]];
	const out = [];
	let shown = 0;
	for (const m of [...marks].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))) {
		if (shown > MOST_SHOWN) break;
		out.push([Math.max(0, m.start - AROUND), Math.min(text.length, m.end + AROUND)]);
		shown += 2 * AROUND;
	}
	out.sort((a, b) => a[0] - b[0]);
	const merged = [];
	for (const w of out) {
		if (merged.length && w[0] <= merged.at(-1)[1]) merged.at(-1)[1] = Math.max(merged.at(-1)[1], w[1]);
		else merged.push(w);
	}
	return merged.length ? merged : [[0, SHORT]];
}

export function showMarked(element, text, pieces) {
	const marks = segments(text, pieces ?? []);
	const largest = marks.reduce((max, m) => Math.max(max, Math.abs(m.weight)), 0) || 1;
	const out = [];
	let last = 0;
	for (const [from, to] of windows(text, marks)) {
		if (from > last || (from > 0 && out.length === 0))
			out.push(h('span', { class: 'gap', 'aria-hidden': 'true' }, ' … '));
		let at = from;
		for (const m of marks) {
			if (m.end <= from || m.start >= to) continue;
			const [start, end] = [Math.max(from, m.start), Math.min(to, m.end)];
			out.push(text.slice(at, start));
			out.push(
				h('mark', {
					class: `${m.weight > 0 ? 'for' : 'against'} s${strength(m.weight, largest)}`,
					text: text.slice(start, end),
				}),
			);
			at = end;
		}
		out.push(text.slice(at, to));
		last = to;
	}
	if (last < text.length) out.push(h('span', { class: 'gap', 'aria-hidden': 'true' }, ' …'));
	fill(element, out);
}
