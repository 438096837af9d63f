// The labels as buttons. Ten of them have the digits as keys, which no action uses; the others are found by typing.
// Which ten: those that this person used last come first, as they stand when the page is opened; they do not move while
// one works.
import { h, fill, announce } from './dom.js';
import { plural } from './format.js';

const WITH_KEY = 10;
const KEPT = 40; // labels remembered as lately used
export const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];
const SIGNS = /[\s_\-./:]+/u;

function fold(text) {
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

function words(text) {
	return fold(text).split(SIGNS).filter(Boolean);
}

// How well a label fits: every typed word begins a word of it (0: in order from its first; 1), or stands anywhere (2).
function rank(label, typed) {
	const parts = words(label);
	const whole = parts.join(' ');
	if (whole.startsWith(typed.join(' '))) return 0;
	if (typed.every((word) => parts.some((part) => part.startsWith(word)))) return 1;
	return typed.every((word) => whole.includes(word)) ? 2 : -1;
}

// "card ar" finds card_arrival: blanks, _ - . / and : are the same.
export function matching(labels, text) {
	const typed = words(text);
	if (typed.length === 0) return text.trim() === '' ? labels : labels.filter((l) => l.includes(text.trim()));
	return labels
		.map((label) => [rank(label, typed), label])
		.filter(([r]) => r >= 0)
		.sort((a, b) => a[0] - b[0])
		.map(([, label]) => label);
}

// A name may break after its signs.
export function breakable(name) {
	return name.split(/(?<=[_\-./:])/u).flatMap((part, i) => (i ? [h('wbr', {}), part] : [part]));
}

function lately(key) {
	try {
		const found = JSON.parse(localStorage.getItem(key) ?? '[]');
		return Array.isArray(found) ? found : [];
	} catch {
		return [];
	}
}

export class LabelList {
	// choose(label): a label was taken. leave(): the filter was left. owner: of the list of lately used labels.
	constructor(labels, choose, leave, owner) {
		this.labels = labels.map((l) => (typeof l === 'string' ? l : (l.label ?? l.name)));
		this.about = new Map(labels.filter((l) => l.description).map((l) => [l.label ?? l.name, l.description]));
		this.storage = `handoff.lately.${owner}`;
		if (this.hasFilter) this.sortByUse();
		this.choose = choose;
		this.leave = leave;
		this.shown = this.labels;
		this.at = 0;
		this.list = h('div', {
			class: labels.length > WITH_KEY ? 'labels many' : 'labels',
			role: 'group',
			'aria-label': 'Labels',
		});
		this.input = h('input', {
			class: 'form-control',
			type: 'search',
			id: 'label-filter',
			placeholder: 'Type to find a label',
			'aria-label': 'Find a label',
			autocomplete: 'off',
			spellcheck: 'false',
			enterkeyhint: 'done',
			'aria-controls': 'label-list',
		});
		this.list.id = 'label-list';
		this.input.addEventListener('input', () => this.filter());
		this.input.addEventListener('keydown', (event) => this.key(event));
		this.box = h(
			'div',
			{ class: 'label-box' },
			this.hasFilter ? h('div', { class: 'filter' }, h('kbd', { 'aria-hidden': 'true' }, '/'), this.input) : null,
			this.list,
		);
		this.draw();
	}

	get hasFilter() {
		return this.labels.length > WITH_KEY;
	}

	sortByUse() {
		const used = lately(this.storage).filter((label) => this.labels.includes(label));
		const first = new Set(used.slice(0, WITH_KEY));
		this.labels = [...first, ...this.labels.filter((label) => !first.has(label))];
	}

	// For the next time the page is opened.
	noteUse(label) {
		if (!this.hasFilter || !this.labels.includes(label)) return;
		try {
			const others = lately(this.storage).filter((l) => l !== label);
			localStorage.setItem(this.storage, JSON.stringify([label, ...others].slice(0, KEPT)));
		} catch {
			/* then they come by name */
		}
	}

	focus() {
		this.input.focus();
		this.input.select();
		this.draw();
	}
	label(digit) {
		return this.labels[DIGITS.indexOf(digit)];
	}

	reset() {
		const had = document.activeElement === this.input;
		if (this.input.value !== '' || this.shown !== this.labels) {
			this.input.value = '';
			this.shown = this.labels;
			this.at = 0;
			this.draw();
		}
		if (had) this.input.blur();
	}

	draw() {
		const typing = this.input.value.trim() !== '';
		fill(
			this.list,
			this.shown.map((label, i) => {
				const key = typing ? null : DIGITS[this.labels.indexOf(label)];
				return h(
					'button',
					{
						type: 'button',
						class: `label${typing && i === this.at ? ' first' : ''}`,
						title: this.about.get(label),
						'aria-keyshortcuts': key,
						onclick: () => this.choose(label),
					},
					key
						? h('kbd', { 'aria-hidden': 'true' }, key)
						: typing && i === this.at
							? h('kbd', { 'aria-hidden': 'true' }, '⏎')
							: h('span', { class: 'no-key' }),
					h('span', { class: 'label-name', dir: 'auto' }, breakable(label)),
				);
			}),
			this.shown.length === 0 ? h('p', { class: 'help' }, 'No label matches.') : null,
		);
	}

	filter() {
		this.shown = matching(this.labels, this.input.value);
		this.at = 0;
		this.draw();
		announce(
			this.shown.length
				? `${plural(this.shown.length, 'label')}, Enter takes ${this.shown[0]}`
				: 'No label matches',
		);
	}

	move(by) {
		if (this.shown.length === 0) return;
		this.at = (this.at + by + this.shown.length) % this.shown.length;
		this.draw();
		this.list.children[this.at].scrollIntoView({ block: 'nearest' });
		announce(this.shown[this.at]);
	}

	key(event) {
		if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
		if (event.key === 'Escape') {
			event.preventDefault();
			this.reset();
			this.leave();
		} else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
			event.preventDefault();
			this.move(event.key === 'ArrowDown' ? 1 : -1);
		} else if (event.key === 'Enter' && !event.repeat) {
			event.preventDefault();
			// An empty field takes nothing: Enter alone is no answer.
			if (this.input.value.trim() !== '' && this.shown.length > 0) this.choose(this.shown[this.at]);
		}
	}
}
