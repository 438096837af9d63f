// The next texts, fetched ahead and leased, so that the next one is on the screen before the network has answered.
// Only what is leased is handed out; leases are renewed while the page lives, given back when it goes, and checked
// again after the machine slept.
import { get, put, del, part, query, serverNow, list } from './api.js';
import * as outbox from './outbox.js';

const AHEAD = 6; // texts ready beyond the one on the screen
const TICK_MS = 4000;
const RECENT_MS = 60000; // an item that was just answered may still stand in a queue read earlier
const SAFETY_MS = 1500; // a lease is taken for ended that much earlier
const OTHER_TAB_MS = 120000; // browsers run timers of hidden tabs once a minute
const HELD_PREFIX = 'handoff.held.';

export class Supply extends EventTarget {
	constructor(task) {
		super();
		this.task = task;
		this.ready = [];
		this.current = null;
		this.leases = new Map(); // item -> {until (our clock), lasts}
		this.recent = new Map(); // item -> when it was dealt with
		this.fetching = false;
		this.stopped = false;
		this.empty = false;
		this.failed = false;
		this.timer = setInterval(() => this.tick(), TICK_MS);
		this.hide = () => this.giveAllBack(true);
		addEventListener('pagehide', this.hide);
		this.wake = () => {
			if (!document.hidden) this.tick();
		};
		document.addEventListener('visibilitychange', this.wake);
		addEventListener('online', this.wake);
	}

	stop() {
		this.stopped = true;
		clearInterval(this.timer);
		removeEventListener('pagehide', this.hide);
		removeEventListener('online', this.wake);
		document.removeEventListener('visibilitychange', this.wake);
		return this.giveAllBack(false);
	}

	tell(type, detail) {
		this.dispatchEvent(new CustomEvent(type, { detail }));
	}
	isLeased(item) {
		return (this.leases.get(item)?.until ?? 0) > Date.now() + SAFETY_MS;
	}

	// The next leased text becomes the current one; null if none is ready.
	take() {
		const at = this.ready.findIndex((it) => this.isLeased(it.item));
		this.current = at < 0 ? null : this.ready.splice(at, 1)[0];
		this.share();
		this.refill();
		return this.current;
	}

	// The current one was dealt with: its lease ends with the answer.
	done(item) {
		this.leases.delete(item);
		this.recent.set(item, Date.now());
		if (this.current?.item === item) this.current = null;
	}

	// Show an earlier item again; what was on the screen comes next. `leased`: its lease can be had now (else hold() later).
	back(item, leased) {
		if (this.current) this.ready.unshift(this.current);
		this.current = item;
		this.recent.delete(item.item);
		if (leased) this.hold(item.item).catch(() => {});
	}

	async hold(item) {
		const asked = Date.now();
		try {
			const lease = await put(`/v1/items/${part(item)}/lease`);
			if (this.stopped || this.recent.has(item)) return false;
			if (!lease?.acquired) return this.lose(item, lease?.leased_by);
			const lasts = Math.max(3000, Date.parse(lease.expires_at) - serverNow() || 0);
			this.leases.set(item, { until: asked + lasts, lasts });
			return true;
		} catch (error) {
			if (error.status === 404 || error.status === 409 || error.status === 410) return this.lose(item);
			throw error;
		}
	}

	lose(item, by) {
		if (this.recent.has(item)) return false;
		this.leases.delete(item);
		this.ready = this.ready.filter((it) => it.item !== item);
		if (this.current?.item === item) this.tell('lost', { item, by });
		this.refill();
		return false;
	}

	// What other tabs of this browser hold for the same person: the server cannot tell them apart.
	elsewhere() {
		const held = new Set();
		try {
			for (const key of Object.keys(localStorage)) {
				if (!key.startsWith(HELD_PREFIX) || key === HELD_PREFIX + outbox.tabId()) continue;
				const { at, items } = JSON.parse(localStorage.getItem(key));
				if (Date.now() - at < OTHER_TAB_MS) items.forEach((item) => held.add(item));
			}
		} catch {
			/* without storage one tab has to do */
		}
		return held;
	}

	share() {
		try {
			const items = [this.current, ...this.ready].filter(Boolean).map((it) => it.item);
			localStorage.setItem(HELD_PREFIX + outbox.tabId(), JSON.stringify({ at: Date.now(), items }));
		} catch {
			/* as above */
		}
	}

	isKnown(item) {
		return (
			this.current?.item === item ||
			this.ready.some((it) => it.item === item) ||
			this.recent.has(item) ||
			outbox.holds(item)
		);
	}

	async refill() {
		if (this.fetching || this.stopped || this.ready.length >= AHEAD - 1) return;
		this.fetching = true;
		let got = 0;
		try {
			const others = this.elsewhere();
			// The server counts what this person holds or has not yet sent among the next ones.
			const known = this.ready.length + (this.current ? 1 : 0) + others.size + outbox.waiting();
			const previous = this.ready.at(-1)?.item ?? this.current?.item;
			const answer = list(
				await get(
					`/v1/tasks/${part(this.task)}/queue${query({ limit: Math.min(100, known + AHEAD), previous })}`,
				),
			);
			const wanted = answer
				.filter((it) => !this.isKnown(it.item) && !others.has(it.item))
				.slice(0, AHEAD - this.ready.length);
			this.ready.push(...wanted);
			this.share();
			const leased = await Promise.allSettled(
				wanted.map((it) =>
					this.hold(it.item).then((ok) => {
						got += ok ? 1 : 0;
						if (ok) this.tell('ready');
					}),
				),
			);
			if (leased.some((r) => r.status === 'rejected'))
				this.ready = this.ready.filter((it) => this.leases.has(it.item) || !wanted.includes(it));
			this.setState(
				wanted.length === 0 && this.ready.length === 0,
				leased.some((r) => r.status === 'rejected'),
			);
		} catch {
			this.setState(false, true);
		} finally {
			this.fetching = false;
		}
		if (got > 0 && this.ready.length < AHEAD - 2) this.refill();
	}

	setState(empty, failed) {
		this.empty = empty;
		this.failed = failed;
		this.tell('state');
	}

	tick() {
		if (this.stopped) return;
		const now = Date.now();
		for (const [item, at] of this.recent) if (now - at > RECENT_MS && !outbox.holds(item)) this.recent.delete(item);
		for (const [item, lease] of this.leases)
			if (lease.until - now < 0.6 * lease.lasts)
				this.hold(item).then(
					(ok) => ok && this.tell('ready'),
					() => this.tell('state'),
				);
		// A lease that could not be had while the network was away.
		const current = this.current?.item;
		if (current && !this.leases.has(current) && !outbox.holds(current)) this.hold(current).catch(() => {});
		this.share();
		this.refill();
	}

	// Give the leases back, so that others need not wait for them to end. `leaving`: the page is going away.
	giveAllBack(leaving) {
		const given = [...this.leases.keys()].map((item) =>
			del(`/v1/items/${part(item)}/lease`, { keepalive: leaving }),
		);
		this.leases.clear();
		this.ready = [];
		this.current = null;
		try {
			localStorage.removeItem(HELD_PREFIX + outbox.tabId());
		} catch {
			/* as above */
		}
		return Promise.allSettled(given);
	}
}
