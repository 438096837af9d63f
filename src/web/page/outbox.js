// What a reviewer decided, until the server has it. Each entry is one key of localStorage (no race between tabs) and
// holds ids and labels only, never texts; a note stays in memory. Entries of one item are sent in order, those of
// different items side by side. What the server refuses for good is handed to the page, never dropped in silence.
import { post, del, part } from './api.js';
import { user, onUser } from './session.js';

const PREFIX = 'handoff.outbox.';
const TAB_PREFIX = 'handoff.tab.';
const AT_ONCE = 4;
const TAB_DEAD_MS = 60000;
const WAITS_S = [1, 2, 4, 8, 15];

export const outbox = new EventTarget();
let entries = []; // oldest first
const sending = new Set(); // of entries
const notes = new Map(); // entry.id -> note
let failures = 0;
let timer = null;
let loggedOut = false;
let counter = 0;

const tab = (() => {
	try {
		let id = sessionStorage.getItem('handoff.tab');
		if (!id) sessionStorage.setItem('handoff.tab', (id = Math.random().toString(36).slice(2, 10)));
		return id;
	} catch {
		return 'memory';
	}
})();

function store(key, value) {
	try {
		if (value === null) localStorage.removeItem(key);
		else localStorage.setItem(key, value);
	} catch {
		// No storage (full or forbidden): memory has to do.
	}
}

function tell(type, detail) {
	outbox.dispatchEvent(new CustomEvent(type, { detail }));
}
function mine() {
	return entries.filter((e) => e.user === user()?.name);
}

export function waiting() {
	return mine().length;
}
export function waitingOfOthers() {
	return entries.length - mine().length;
}
export function isOffline() {
	return failures > 0;
}
export function isLoggedOut() {
	return loggedOut;
}
export function tabId() {
	return tab;
}
export function holds(item) {
	return entries.some((e) => e.item === item);
}

// kind: answer | withdraw | skip. Returns the entry.
export function put(kind, item, task, more) {
	counter += 1;
	const entry = {
		kind,
		item,
		task,
		user: user()?.name,
		label: more?.label,
		took_ms: more?.took_ms,
		tab,
		at: Date.now(),
		id: `${Date.now().toString(36).padStart(9, '0')}.${String(counter).padStart(6, '0')}.${tab}`,
	};
	if (more?.note) notes.set(entry.id, more.note);
	entries.push(entry);
	store(PREFIX + entry.id, JSON.stringify(entry));
	tell('state');
	flush();
	return entry;
}

// Take back an entry that has not been sent yet. False: it is on its way, or there already.
export function cancel(entry) {
	if (!entries.includes(entry) || sending.has(entry) || entry.tried) return false;
	remove(entry);
	return true;
}

function remove(entry) {
	entries = entries.filter((e) => e !== entry);
	notes.delete(entry.id);
	store(PREFIX + entry.id, null);
	tell('state');
}

function request(entry) {
	const path = `/v1/items/${part(entry.item)}`;
	// Sent again after an answer that got lost, it must not take back one answer more.
	if (entry.kind === 'withdraw') return del(`${path}/answer`, { once: entry.id });
	if (entry.kind === 'skip') return post(`${path}/skip`);
	const body = { label: entry.label ?? null, took_ms: entry.took_ms };
	if (notes.has(entry.id)) body.note = notes.get(entry.id);
	return post(`${path}/answer`, body);
}

function sendable() {
	const seen = new Set();
	return mine().filter((e) => {
		const first = !seen.has(e.item);
		seen.add(e.item);
		return first && !sending.has(e);
	});
}

export function flush() {
	if (timer !== null || loggedOut || !user()) return;
	for (const entry of sendable()) {
		// After a failure one request goes ahead to see.
		if (sending.size >= (failures > 0 ? 1 : AT_ONCE)) return;
		sendOne(entry);
	}
}

async function sendOne(entry) {
	sending.add(entry);
	entry.tried = true;
	try {
		const answer = await request(entry);
		failures = 0;
		remove(entry);
		tell('saved', { entry, answer });
	} catch (error) {
		failed(entry, error);
	} finally {
		sending.delete(entry);
		flush();
	}
}

function failed(entry, error) {
	if (error.status === 401) {
		loggedOut = true;
		tell('state');
	} else if (error.passing ?? true) {
		failures += 1;
		const wait = error.retryAfter || WAITS_S[Math.min(failures, WAITS_S.length) - 1];
		clearTimeout(timer);
		timer = setTimeout(retry, wait * 1000);
		tell('state');
	} else {
		failures = 0;
		remove(entry);
		tell('refused', { entry, error });
	}
}

function retry() {
	clearTimeout(timer);
	timer = null;
	flush();
}

function alive(id) {
	try {
		return Date.now() - Number(localStorage.getItem(TAB_PREFIX + id)) < TAB_DEAD_MS;
	} catch {
		return false;
	}
}

// Entries that an earlier page left behind: this tab's before a reload, and those of tabs that are gone.
function adopt() {
	try {
		const keys = Object.keys(localStorage)
			.filter((k) => k.startsWith(PREFIX))
			.sort();
		const known = new Set(entries.map((e) => PREFIX + e.id));
		for (const key of keys) {
			const entry = JSON.parse(localStorage.getItem(key));
			if (!known.has(key) && entry?.item && (entry.tab === tab || !alive(entry.tab)))
				entries.push({ ...entry, tried: true });
		}
	} catch {
		// Unreadable storage holds nothing that could be sent.
	}
	tell('state');
}

export function openOutbox() {
	const beat = () => store(TAB_PREFIX + tab, String(Date.now()));
	beat();
	setInterval(beat, 15000);
	adopt();
	addEventListener('pagehide', () => store(TAB_PREFIX + tab, null));
	addEventListener('pageshow', beat);
	addEventListener('online', retry);
	onUser((who) => {
		if (!who) return;
		loggedOut = false;
		adopt();
		retry();
	});
}
