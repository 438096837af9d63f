// The labels as buttons. The first ten have the digits as keys, which no action uses; the others are found by typing.
import { h, fill, announce } from './dom.js';
import { plural } from './format.js';

const WITH_KEY = 10;
export const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

function fold(text) {
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

// Beginnings first, then beginnings of later words, then anywhere.
export function matching(labels, typed) {
	const wanted = fold(typed.trim());
	if (!wanted) return labels;
	const rank = (label) => {
		const name = fold(label);
		if (name.startsWith(wanted)) return 0;
		const at = name.indexOf(wanted);
		return at < 0 ? -1 : /[\s\-_./:]/.test(name[at - 1]) ? 1 : 2;
	};
	return labels
		.map((label) => [rank(label), label])
		.filter(([r]) => r >= 0)
		.sort((a, b) => a[0] - b[0])
		.map(([, label]) => label);
}

export class LabelList {
	// choose(label): a label was taken. leave(): the filter was left.
	constructor(labels, choose, leave) {
		this.labels = labels.map((l) => (typeof l === 'string' ? l : (l.label ?? l.name)));
		this.about = new Map(labels.filter((l) => l.description).map((l) => [l.label ?? l.name, l.description]));
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
			this.labels.length > WITH_KEY
				? h('div', { class: 'filter' }, h('kbd', { 'aria-hidden': 'true' }, '/'), this.input)
				: null,
			this.list,
		);
		this.draw();
	}

	get hasFilter() {
		return this.labels.length > WITH_KEY;
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
					h('span', { class: 'label-name', dir: 'auto' }, label),
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
