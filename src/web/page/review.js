// The review page: one text, one key, the next text. What leads to what; the view is in review_view.js.
import { get, post, part, list } from './api.js';
import { announce, notice, dialog, h, field } from './dom.js';
import { count, duration, labelName } from './format.js';
import { useKeys, showKeys } from './keys.js';
import { LabelList, DIGITS } from './label_list.js';
import * as outbox from './outbox.js';
import { Past } from './past.js';
import { user } from './session.js';
import { Supply } from './supply.js';
import { ReviewView } from './review_view.js';

const IDLE_MS = 10 * 60000; // without a key the texts go back to the others
const POLL_MS = 5000;
const MOST_MS = 86400000; // the server takes no longer time

class Review {
	constructor(root, task) {
		this.name = task.task ?? task.name;
		this.task = task;
		this.before = task.settings?.show_before ?? task.show_before ?? false;
		this.past = new Past(`${user()?.name}.${this.name}`);
		this.answered = 0;
		this.sinceFigures = 0; // answers less those taken back that the queue's figures do not yet hold
		this.times = [];
		this.painted = false;
		this.labels = new LabelList(
			list(task.labels ?? []),
			(label) => this.answer(label),
			() => this.view.focusText(),
			`${user()?.name}.${this.name}`,
		);
		this.view = new ReviewView(root, task, this.labels, {
			answer: (label) => this.answer(label),
			undo: () => this.undo(),
			skip: () => this.skip(),
			flag: () => this.flag(),
			keys: showKeys,
			goOn: () => this.goOn(),
		});
		this.on = new AbortController();
		const signal = { signal: this.on.signal };
		outbox.outbox.addEventListener('saved', (e) => this.saved(e.detail), signal);
		outbox.outbox.addEventListener('refused', (e) => this.refused(e.detail), signal);
		outbox.outbox.addEventListener('state', () => this.drawState(), signal);
		document.addEventListener('visibilitychange', () => this.clock(), signal);
		for (const type of ['keydown', 'pointerdown', 'wheel'])
			document.addEventListener(
				type,
				() => {
					this.touched = Date.now();
				},
				{ ...signal, passive: true },
			);
		addEventListener('pageshow', (e) => e.persisted && location.reload(), signal);
		this.touched = Date.now();
		this.dropKeys = useKeys(this.keyTable());
		this.poll = setInterval(() => this.second(), POLL_MS);
		this.start();
	}

	start() {
		this.resting = false;
		this.supply = new Supply(this.name);
		this.supply.addEventListener('ready', () => {
			if (!this.supply.current) this.next();
		});
		this.supply.addEventListener('state', () => this.drawState());
		this.supply.addEventListener('lost', (e) => this.lost(e.detail));
		this.next();
		this.figures();
	}

	stop() {
		this.on.abort();
		this.dropKeys();
		clearInterval(this.poll);
		return this.supply.stop();
	}

	keyTable() {
		const many = this.labels.labels.length;
		return [
			...DIGITS.slice(0, many).map((digit) => ({
				key: digit,
				hidden: true,
				run: () => this.answer(this.labels.label(digit)),
			})),
			{
				key: '1',
				shown: ['1', '1, 2'][many - 1] ?? `1 … ${DIGITS[Math.min(many, 10) - 1]}`,
				words: 'label, save, and next text',
				run: () => {},
			},
			...(this.labels.hasFilter
				? [
						{
							key: '/',
							words: 'find a label by typing; Enter takes it, Esc leaves',
							run: () => this.labels.focus(),
						},
					]
				: []),
			{ key: 'n', words: 'none of these labels', run: () => this.answer(null) },
			{ key: 'u', words: 'undo: the last answer is taken back, as often as you like', run: () => this.undo() },
			{ key: 's', words: 'skip: offered to you again after ten minutes, to others at once', run: () => this.skip() },
			{ key: 'f', words: 'flag with a note, for somebody to look at', run: () => this.flag() },
			{ key: 'a', words: 'add a note to your answer; Esc leaves the field', run: () => this.view.focusNote() },
			{ key: 'w', words: 'open or close what the model thought', run: () => this.view.toggleThought() },
			...(this.view.hasInstructions
				? [{ key: 'i', words: 'open or close the instructions', run: () => this.view.toggleInstructions() }]
				: []),
			{ key: '?', words: 'this list', run: showKeys },
			{ key: 'Enter', hidden: true, run: (e) => this.enter(e) },
		];
	}

	// Enter belongs to the focused button; only at rest does it mean to go on.
	enter(event) {
		if (this.resting) this.goOn();
		else event.target.closest?.('button, a, summary')?.click();
	}

	// --- the text on the screen

	next(began) {
		const item = this.supply.take();
		if (item) this.show(item, began);
		else this.drawState();
	}

	show(item, began) {
		this.painted = false;
		this.spent = 0;
		this.view.showItem(item);
		this.labels.reset();
		this.drawState();
		// A key counts only for a text that has been on the screen.
		requestAnimationFrame(() =>
			setTimeout(() => {
				if (this.supply.current !== item) return;
				this.painted = true;
				this.since = document.hidden ? null : performance.now();
				if (began !== undefined)
					performance.measure('handoff:key-to-text', { start: began, end: performance.now() });
			}),
		);
		if (this.before) this.think(item, undefined);
	}

	// Time with the text in view, not with the page hidden.
	clock() {
		if (document.hidden && this.since !== null && this.since !== undefined) {
			this.spent += performance.now() - this.since;
			this.since = null;
		} else if (!document.hidden && this.since === null) {
			this.since = performance.now();
		}
	}

	took() {
		return Math.min(MOST_MS, Math.round(this.spent + (this.since ? performance.now() - this.since : 0)));
	}

	// --- what the reviewer does

	answer(label) {
		const item = this.supply.current;
		if (!item || !this.painted || label === undefined) return;
		const began = performance.now();
		const took_ms = this.took();
		const entry = outbox.put('answer', item.item, this.name, { label, took_ms, note: this.view.takeNote() });
		this.past.push({ kind: 'answer', item, label, entry });
		this.labels.noteUse(label);
		this.answered += 1;
		this.sinceFigures += 1;
		this.times.push(took_ms);
		this.supply.done(item.item);
		this.next(began);
	}

	skip() {
		const item = this.supply.current;
		if (!item || !this.painted) return;
		const entry = outbox.put('skip', item.item, this.name);
		this.past.push({ kind: 'skip', item, entry });
		this.supply.done(item.item);
		announce('Skipped');
		this.next(performance.now());
	}

	async undo() {
		if (this.undoing || this.past.length === 0) {
			announce(this.undoing ? 'One moment' : 'Nothing to undo');
			return;
		}
		this.undoing = true;
		const last = this.past.last;
		try {
			const item = last.item.text === undefined ? await this.fetchAgain(last.item.item) : last.item;
			this.past.pop();
			this.takeBack(last, item);
		} catch (error) {
			notice('bad', `Undo needs the text again, and it could not be fetched: ${error.message}.`);
		} finally {
			this.undoing = false;
		}
	}

	takeBack(last, item) {
		const unsent = last.entry ? outbox.cancel(last.entry) : false;
		if (!unsent && last.kind === 'answer') outbox.put('withdraw', item.item, this.name);
		this.supply.back(item, unsent || last.kind === 'skip');
		if (last.kind === 'answer') {
			this.sinceFigures -= 1;
			this.answered = Math.max(0, this.answered - 1);
			this.times.pop();
		}
		this.view.clearThought(item.item);
		this.show(item);
		this.view.wasLabelled(last.kind === 'answer' ? last.label : undefined);
		announce(last.kind === 'answer' ? `Taken back: ${labelName(last.label)}` : 'Back to the skipped text');
	}

	async fetchAgain(id) {
		const item = await get(`/v1/items/${part(id)}`);
		return { item: id, text: item.text ?? '', meta: item.meta, age_s: item.age_s };
	}

	flag() {
		const item = this.supply.current;
		if (!item) return;
		const note = h('textarea', { class: 'form-control', rows: '3', maxlength: '2000', required: true });
		const wrong = h('p', { class: 'wrong', role: 'alert' });
		dialog(
			'Flag this text',
			(close) =>
				h(
					'form',
					{
						onkeydown: (e) => {
							if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) e.target.form?.requestSubmit();
						},
						onsubmit: async (e) => {
							e.preventDefault();
							try {
								await post(`/v1/items/${part(item.item)}/flag`, { note: note.value });
								announce('Flagged');
								this.view.markFlagged(item.item);
								close();
							} catch (error) {
								wrong.textContent = `Not saved: ${error.message}. Your note is still here; try again.`;
							}
						},
					},
					field('What should somebody look at?', note, 'The text goes on waiting for its label.'),
					wrong,
					h(
						'div',
						{ class: 'buttons' },
						h('button', { type: 'submit', class: 'btn btn-primary' }, 'Flag'),
						h('button', { type: 'button', class: 'btn btn-plain', onclick: () => close() }, 'Cancel'),
					),
				),
			{ onclose: () => this.view.focusText() },
		);
		note.focus();
	}

	// --- what comes back

	saved({ entry }) {
		if (entry.task !== this.name) return;
		if (entry.kind === 'withdraw') {
			if (this.supply.current?.item === entry.item || this.supply.ready.some((it) => it.item === entry.item))
				this.supply.hold(entry.item).catch(() => {});
			return;
		}
		if (entry.kind !== 'answer') return;
		announce(`Saved: ${labelName(entry.label)}`);
		const last = this.past.last;
		if (last?.entry === entry) this.think(last.item, entry.label);
	}

	// After the answer, for the last one only: who is fast is not slowed down by what is not read.
	async think(item, mine) {
		this.thinking?.abort();
		this.thinking = new AbortController();
		const limit = AbortSignal.any
			? AbortSignal.any([this.thinking.signal, AbortSignal.timeout(20000)])
			: this.thinking.signal;
		try {
			const context = await get(`/v1/items/${part(item.item)}/context`, { signal: limit });
			const wanted =
				mine === undefined ? this.supply.current?.item === item.item : this.past.last?.item.item === item.item;
			if (wanted && context) this.view.showThought(context, item, mine);
		} catch {
			// Nice to have: the answer is saved whether or not this comes.
		}
	}

	refused({ entry, error }) {
		if (entry.task !== this.name || (entry.kind === 'skip' && (error.status === 404 || error.status === 409)))
			return;
		const what =
			entry.kind === 'answer' ? `Your answer “${labelName(entry.label)}” was not taken` : 'Undo was not possible';
		notice(
			'bad',
			`${what}: ${error.message}.`,
			h('a', { href: `/tasks/${part(this.name)}/labels?item=${part(entry.item)}` }, 'Look at the text'),
		);
		this.past.forget(entry);
		if (entry.kind === 'answer') {
			this.sinceFigures -= 1;
			this.answered = Math.max(0, this.answered - 1);
		}
		this.drawState();
		if (entry.kind === 'withdraw' && this.supply.current?.item === entry.item) {
			this.supply.done(entry.item);
			this.next();
		}
	}

	lost({ item, by }) {
		notice(
			'info',
			by ? `${by} has this text now; here is another one.` : 'This text no longer waits; here is another one.',
		);
		this.supply.done(item);
		this.next();
	}

	// --- what time brings

	second() {
		if (!this.resting && Date.now() - this.touched > IDLE_MS) this.rest();
		if (this.resting) return;
		this.figures();
		if (!this.supply.current && !document.hidden) this.supply.refill();
	}

	rest() {
		this.resting = true;
		this.supply.stop();
		this.view.rest();
	}

	goOn() {
		if (!this.resting) return;
		this.touched = Date.now();
		this.start();
	}

	async figures() {
		try {
			const task = await get(`/v1/tasks/${part(this.name)}`);
			this.queue = task.queue;
			this.sinceFigures = outbox.waiting();
			this.view.showPaused(task);
			this.drawState();
		} catch {
			/* the state of the connection is shown by those who need it */
		}
	}

	drawState() {
		if (this.resting) return;
		const times = [...this.times].sort((a, b) => a - b);
		const parts = [];
		const waits = this.queue ? Math.max(0, this.queue.waiting - this.sinceFigures) : undefined;
		if (waits !== undefined) parts.push(`${count(waits)} waiting`);
		parts.push(`${count(this.answered)} answered now`);
		if (times.length) parts.push(`${duration(times[Math.floor(times.length / 2)] / 1000)} each`);
		this.view.showProgress(parts.join(' · '));
		this.view.canUndo(this.past.length > 0);
		if (!this.supply.current)
			this.view.showEmpty(
				this.supply.failed || outbox.isOffline()
					? 'offline'
					: this.supply.empty
						? waits > 0
							? 'others'
							: 'empty'
						: 'loading',
				outbox.waiting(),
			);
	}
}

export async function show(root, { task }) {
	const review = new Review(root, await get(`/v1/tasks/${part(task)}`));
	return () => review.stop();
}
