// What can be undone. Ids and labels outlive a reload of this tab; texts do not.

const TEXTS_KEPT = 40; // of earlier items; older ones are fetched again
const STEPS_KEPT = 2000;
const STEPS_STORED = 500; // of those, after a reload

export class Past {
	// name: of the person and the task.
	constructor(name) {
		this.key = `handoff.past.${name}`;
		this.steps = this.read();
	}

	get length() {
		return this.steps.length;
	}

	get last() {
		return this.steps.at(-1);
	}

	// step: {kind: answer | skip, item: {item, text, ...}, label, entry}
	push(step) {
		this.steps.push(step);
		if (this.steps.length > TEXTS_KEPT) {
			const old = this.steps[this.steps.length - 1 - TEXTS_KEPT];
			old.item = { item: old.item.item };
		}
		this.steps = this.steps.slice(-STEPS_KEPT);
		this.write();
	}

	pop() {
		this.steps.pop();
		this.write();
	}

	// The step of an entry that the server refused: there is nothing to take back.
	forget(entry) {
		this.steps = this.steps.filter((step) => step.entry !== entry);
		this.write();
	}

	write() {
		const short = this.steps.slice(-STEPS_STORED).map((step) => [step.kind, step.item.item, step.label]);
		try {
			sessionStorage.setItem(this.key, JSON.stringify(short));
		} catch {
			// Undo then ends at a reload.
		}
	}

	read() {
		try {
			const short = JSON.parse(sessionStorage.getItem(this.key) ?? '[]');
			return short.map(([kind, item, label]) => ({ kind, item: { item }, label }));
		} catch {
			return [];
		}
	}
}
