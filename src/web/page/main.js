// The frame: who is logged in, which page the address means, and what is not saved yet.
import { get, part } from './api.js';
import { h, fill, notice, clearNotices } from './dom.js';
import { plural } from './format.js';
import * as outbox from './outbox.js';
import { findUser, user, may, logout, onUser } from './session.js';

const PAGES = {
	home: { title: 'Tasks', load: () => import('./home.js') },
	login: { title: 'Log in', load: () => import('./login.js') },
	journal: { title: 'Journal', load: () => import('./journal.js') },
	settings: { title: 'People and keys', load: () => import('./access.js') },
	'task/review': { title: 'Review', load: () => import('./review.js') },
	'task/dashboard': { title: 'Dashboard', load: () => import('./dashboard.js') },
	'task/labels': { title: 'Labels', load: () => import('./labels.js') },
	'task/models': { title: 'Models', load: () => import('./models.js') },
	'task/settings': { title: 'Settings', load: () => import('./settings.js') },
};

const top = document.getElementById('top');
const page = document.getElementById('page');
const chip = h('p', { class: 'chip', role: 'status' });
let leave = null;
let turn = 0;
const titles = new Map(); // task -> its title

// A name that is no name (a lone %) is shown as it stands: there is no such task.
function decoded(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function route(path) {
	const task = /^\/tasks\/([^/]+)\/([a-z]+)$/.exec(path);
	if (task) return { name: `task/${task[2]}`, task: decoded(task[1]) };
	return { name: path === '/' ? 'home' : path.slice(1) };
}

function link(href, words, here) {
	return h('a', { href, class: 'nav-link', 'aria-current': here ? 'page' : null }, words);
}

function drawTop(where) {
	const who = user();
	const nav = who
		? h(
				'nav',
				{ 'aria-label': 'Main' },
				link('/', 'Tasks', where.name === 'home'),
				link('/journal', 'Journal', where.name === 'journal'),
				may('admin') ? link('/settings', 'People and keys', where.name === 'settings') : null,
			)
		: null;
	const me = who
		? h(
				'div',
				{ class: 'me' },
				chip,
				h('span', { class: 'who' }, who.name),
				h('button', { type: 'button', class: 'btn btn-sm btn-plain', onclick: leaveSession }, 'Log out'),
			)
		: null;
	const tabs =
		who && where.task
			? h(
					'nav',
					{ class: 'tabs', 'aria-label': `Task ${where.task}` },
					h('span', { class: 'task-name', dir: 'auto' }, titles.get(where.task) ?? where.task),
					['review', 'dashboard', 'labels', 'models', 'settings'].map((name) =>
						link(
							`/tasks/${part(where.task)}/${name}`,
							PAGES[`task/${name}`].title,
							where.name === `task/${name}`,
						),
					),
				)
			: null;
	fill(top, h('div', { class: 'bar-top' }, h('a', { href: '/', class: 'brand' }, 'handoff'), nav, me), tabs);
}

function drawChip() {
	const n = outbox.waiting();
	const kept = plural(n, 'answer');
	let kind = 'ok';
	let words = '';
	let short;
	if (outbox.isLoggedOut() && n > 0)
		[kind, words, short] = ['bad', `Logged out: ${kept} kept here`, `Logged out · ${n} kept`];
	else if (outbox.isOffline())
		[kind, words, short] =
			n > 0 ? ['bad', `Offline: ${kept} kept here, trying again`, `Offline · ${n} kept`] : ['bad', 'Offline'];
	else if (n > 0) [kind, words] = ['busy', 'Saving…'];
	else if (chip.textContent !== '') words = 'All saved';
	chip.className = `chip chip-${kind}`;
	if (chip.dataset.words === words) return;
	chip.dataset.words = words;
	// On a phone there is room for a few words only.
	if (short) fill(chip, h('span', { class: 'on-wide' }, words), h('span', { class: 'on-narrow' }, short));
	else chip.textContent = words;
}

// The task's title for the bar; a wish only: the page itself tells when there is no such task.
async function findTitle(where) {
	if (!where.task) return;
	try {
		const task = await get(`/v1/tasks/${part(where.task)}`);
		titles.set(where.task, task.title || where.task);
		if (route(location.pathname).task === where.task)
			top.querySelector('.task-name')?.replaceChildren(titles.get(where.task));
	} catch {
		/* then its name stays */
	}
}

async function leaveSession() {
	if (
		outbox.waiting() > 0 &&
		!confirm(
			`${plural(outbox.waiting(), 'answer')} not saved yet; kept in this browser until you log in again. Log out?`,
		)
	)
		return;
	try {
		// Texts go back to the others while one still may say so.
		await leave?.();
		leave = null;
		await logout();
		location.assign('/login');
	} catch (error) {
		notice('bad', `Logging out failed: ${error.message}.`);
	}
}

function failed(error, where) {
	const absent = error.status === 404;
	const words =
		absent && where.task
			? `There is no task “${where.task}”`
			: absent
				? 'There is no such page'
				: error.status === 403
					? 'This page is for admins'
					: 'This page could not be shown';
	// Tabs of a task that is not there lead nowhere.
	if (absent && where.task) drawTop({ name: where.name });
	fill(
		page,
		h(
			'div',
			{ class: 'card empty' },
			h('h1', { class: 'empty-title', dir: 'auto' }, words),
			absent || error.status === 403 ? null : h('p', {}, `${error.message}.`),
			absent || error.status === 403
				? h('a', { class: 'btn btn-primary', href: '/' }, 'All tasks')
				: h('button', { type: 'button', class: 'btn btn-primary', onclick: () => draw(false) }, 'Try again'),
		),
	);
}

async function draw(moved) {
	turn += 1;
	const mine = turn;
	const where = route(location.pathname);
	if (!user() && where.name !== 'login') {
		go(`/login?next=${encodeURIComponent(location.pathname + location.search)}`, true);
		return;
	}
	leave?.();
	leave = null;
	clearNotices();
	const entry = PAGES[where.name];
	document.title = `${entry?.title ?? 'Not found'}${where.task ? ` · ${where.task}` : ''} · handoff`;
	document.body.dataset.page = where.name.replace('/', '-');
	drawTop(where);
	if (!entry) {
		failed({ status: 404 }, { name: where.name });
		return;
	}
	findTitle(where);
	page.setAttribute('aria-busy', 'true');
	try {
		const module = await entry.load();
		if (mine !== turn) return;
		const gone = await module.show(page, { task: where.task, go, query: new URLSearchParams(location.search) });
		if (mine === turn) leave = gone ?? null;
		else gone?.();
	} catch (error) {
		if (mine === turn && error.status !== 401) failed(error, where);
	} finally {
		page.removeAttribute('aria-busy');
	}
	if (moved && mine === turn && !page.contains(document.activeElement)) page.focus({ preventScroll: true });
}

export function go(path, replace) {
	if (replace) history.replaceState(null, '', path);
	else history.pushState(null, '', path);
	scrollTo(0, 0);
	draw(true);
}

document.addEventListener('click', (event) => {
	const anchor = event.target.closest?.('a[href^="/"]');
	if (
		!anchor ||
		event.defaultPrevented ||
		event.button !== 0 ||
		event.ctrlKey ||
		event.metaKey ||
		event.shiftKey ||
		event.altKey ||
		anchor.target ||
		anchor.download
	)
		return;
	event.preventDefault();
	go(anchor.getAttribute('href'));
});
addEventListener('popstate', () => draw(true));
for (const type of ['state', 'saved', 'refused']) outbox.outbox.addEventListener(type, drawChip);
outbox.outbox.addEventListener('refused', ({ detail }) => {
	// On the task's review page the page itself tells it.
	if (document.body.dataset.page !== 'task-review')
		notice(
			'bad',
			`An answer kept in this browser was not taken: ${detail.error.message}.`,
			h(
				'a',
				{ href: `/tasks/${part(detail.entry.task)}/labels?item=${part(detail.entry.item)}` },
				'Look at the text',
			),
		);
});
onUser(() => drawTop(route(location.pathname)));

async function start() {
	outbox.openOutbox();
	for (;;) {
		try {
			await findUser();
			break;
		} catch {
			const kept = outbox.waitingOfOthers();
			const words = kept > 0 ? ` (${plural(kept, 'answer')} kept here)` : '';
			document.getElementById('loading')?.replaceChildren(`The server cannot be reached. Trying again…${words}`);
			await new Promise((resolve) => setTimeout(resolve, 2000));
		}
	}
	draw(false);
}
start();
