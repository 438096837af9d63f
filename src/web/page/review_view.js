// The review page as it looks. Built once; a new text changes a few nodes only, so that it is there within a frame.
import { h, fill } from './dom.js';
import { count, duration, plural, labelName, pauseWords } from './format.js';
import { isTyping } from './keys.js';
import { breakable } from './label_list.js';
import { showText, showMeta } from './text_view.js';
import { showThought } from './thought.js';

function action(key, words, run) {
	return h(
		'button',
		{
			type: 'button',
			class: 'btn btn-plain action',
			'aria-keyshortcuts': key === '?' ? null : key,
			data: { key },
			onclick: run,
		},
		h('kbd', { 'aria-hidden': 'true' }, key),
		words,
	);
}

const EMPTY = {
	loading: ['Looking for the next text…', ''],
	empty: ['Nothing waits', 'New texts appear here by themselves. You can leave this page open.'],
	others: [
		'Nothing for you right now',
		'The texts that wait are with other people, or were skipped a moment ago. They appear here when they are free.',
	],
	offline: ['The server cannot be reached', 'The next texts come as soon as it can. Nothing is lost.'],
};

const AFTER = 'What the model thought of your last text';
const BEFORE = 'What the model thinks of this text';

export class ReviewView {
	constructor(root, task, labels, does) {
		this.does = does;
		this.labels = labels;
		this.build(task);
		root.replaceChildren(this.box);
	}

	get hasInstructions() {
		return this.instructions !== null;
	}

	build(task) {
		const words = task.settings?.instructions ?? task.instructions;
		this.instructions = words
			? h(
					'details',
					{ class: 'instructions' },
					h('summary', {}, h('kbd', { 'aria-hidden': 'true' }, 'i'), ' Instructions'),
					h('p', { dir: 'auto', text: words }),
				)
			: null;
		this.progress = h('p', { class: 'progress-line' });
		this.paused = h('p', { class: 'notice notice-info', hidden: true });
		this.buildText();
		this.buildControls();
		this.box = h(
			'div',
			{ class: 'review' },
			h(
				'div',
				{ class: 'review-head' },
				h('h1', { dir: 'auto' }, task.title || task.settings?.title || task.task || task.name),
				this.progress,
			),
			this.paused,
			this.instructions,
			h('div', { class: 'review-grid' }, this.textCard, this.controls, this.thought),
		);
	}

	buildText() {
		this.text = h('div', {
			class: 'text',
			dir: 'auto',
			tabindex: '0',
			role: 'region',
			'aria-label': 'Text to label',
		});
		this.meta = h('dl', { class: 'meta' });
		this.size = h('p', { class: 'text-foot' });
		this.was = h('p', { class: 'was', hidden: true });
		this.empty = h('div', { class: 'empty', hidden: true, role: 'status' });
		this.textCard = h(
			'section',
			{ class: 'card text-card', 'aria-label': 'The text' },
			this.was,
			this.text,
			this.empty,
			this.meta,
			this.size,
		);
	}

	buildControls() {
		this.noteField = h('input', {
			class: 'form-control',
			id: 'answer-note',
			maxlength: '2000',
			autocomplete: 'off',
			placeholder: 'Note (optional)',
			'aria-label': 'Note with this answer (optional)',
		});
		this.noteField.addEventListener('keydown', (e) => {
			if ((e.key === 'Escape' || e.key === 'Enter') && !e.isComposing) {
				e.preventDefault();
				this.focusText();
			}
		});
		this.undoButton = action('u', 'Undo', this.does.undo);
		this.controls = h(
			'section',
			{ class: 'card controls', 'aria-label': 'Your answer' },
			this.labels.box,
			h(
				'button',
				{
					type: 'button',
					class: 'label none',
					'aria-keyshortcuts': 'n',
					onclick: () => this.does.answer(null),
				},
				h('kbd', { 'aria-hidden': 'true' }, 'n'),
				h('span', { class: 'label-name' }, 'None of these'),
			),
			h('div', { class: 'note' }, h('kbd', { 'aria-hidden': 'true' }, 'a'), this.noteField),
			h(
				'div',
				{ class: 'actions' },
				this.undoButton,
				action('s', 'Skip', this.does.skip),
				action('f', 'Flag', this.does.flag),
				action('?', 'Keys', this.does.keys),
			),
		);
		this.thoughtBody = h('div', {});
		this.thoughtTitle = h('span', {}, AFTER);
		this.thought = h(
			'details',
			{ class: 'card thought', open: true },
			h('summary', {}, h('kbd', { 'aria-hidden': 'true' }, 'w'), ' ', this.thoughtTitle),
			this.thoughtBody,
		);
		this.clearThought();
	}

	showItem(item) {
		this.empty.hidden = true;
		this.text.hidden = false;
		this.controls.classList.remove('off');
		this.was.hidden = true;
		this.noteField.value = '';
		showText(this.text, item.text ?? '');
		showMeta(this.meta, item.meta);
		this.showSize(item);
		this.text.dataset.item = item.item;
		this.focusText();
	}

	showSize(item) {
		const parts = [];
		if (typeof item.age_s === 'number') parts.push(`came ${duration(item.age_s)} ago`);
		if ((item.text?.length ?? 0) > 5000) parts.push(`${count(item.text.length)} characters`);
		if ((item.text ?? '').trim() === '') parts.push('an empty text');
		if (item.due_at) parts.push(this.dueWords(item.due_at));
		this.size.textContent = parts.join(' · ');
		this.flagged = false;
	}

	dueWords(due) {
		const left = (Date.parse(due) - Date.now()) / 1000;
		return left > 0 ? `due in ${duration(left)}` : `due ${duration(-left)} ago`;
	}

	// Space and Page Down then scroll the text. Who types is left alone.
	focusText() {
		const focused = document.activeElement;
		if (isTyping(focused) && focused !== this.noteField && focused !== this.labels.input) return;
		if (document.querySelector('dialog[open]') === null) this.text.focus({ preventScroll: true });
	}

	focusNote() {
		this.noteField.focus();
	}
	takeNote() {
		return this.noteField.value.trim() || undefined;
	}

	wasLabelled(label) {
		if (label === undefined) return;
		this.was.hidden = false;
		fill(this.was, 'Taken back. You had said ', h('strong', { dir: 'auto' }, breakable(labelName(label))), '.');
	}

	markFlagged(item) {
		if (this.text.dataset.item === item && !this.flagged) {
			this.flagged = true;
			this.size.textContent += `${this.size.textContent ? ' · ' : ''}flagged`;
		}
	}

	showEmpty(kind, kept) {
		const [title, words] = EMPTY[kind];
		this.text.hidden = this.meta.hidden = this.was.hidden = true;
		this.size.textContent = '';
		delete this.text.dataset.item;
		this.controls.classList.add('off');
		this.empty.hidden = false;
		const more =
			kind === 'offline' && kept > 0
				? ` ${plural(kept, 'answer')} of yours ${kept === 1 ? 'is' : 'are'} kept in this browser.`
				: '';
		if (this.empty.dataset.kind === kind + more) return;
		this.empty.dataset.kind = kind + more;
		fill(this.empty, h('p', { class: 'empty-title' }, title), h('p', {}, words + more));
	}

	rest() {
		this.showEmpty('empty', 0);
		this.empty.dataset.kind = 'rest';
		const button = h('button', { type: 'button', class: 'btn btn-primary', onclick: this.does.goOn }, 'Go on');
		fill(
			this.empty,
			h('p', { class: 'empty-title' }, 'Are you still there?'),
			h('p', {}, 'Nothing happened here for ten minutes, so the texts went back to the others.'),
			button,
		);
		button.focus();
	}

	showThought(context, item, mine) {
		this.thoughtTitle.textContent = mine === undefined ? BEFORE : AFTER;
		showThought(this.thoughtBody, context, item.text ?? '', mine);
		this.thought.dataset.item = item.item;
	}

	clearThought() {
		delete this.thought.dataset.item;
		fill(
			this.thoughtBody,
			h(
				'p',
				{ class: 'help' },
				'After each answer this shows what the model would have said, and why the text came to you.',
			),
		);
	}

	toggleThought() {
		this.thought.open = !this.thought.open;
	}
	toggleInstructions() {
		if (this.instructions) this.instructions.open = !this.instructions.open;
	}
	canUndo(can) {
		this.undoButton.disabled = !can;
	}
	showProgress(words) {
		this.progress.textContent = words;
	}

	showPaused(task) {
		const [kind, words] = pauseWords(task) ?? [];
		this.paused.hidden = !words;
		if (!words) return;
		this.paused.className = `notice notice-${kind}`;
		this.paused.textContent = words;
	}
}
