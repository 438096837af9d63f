// What a model says of itself, as its training found it: the figures that one asks for first, then all the others.
import { h } from './dom.js';
import { count, figure, isNumber, percent, plural, when } from './format.js';

const METHODS = {
	majority: 'always the commonest label',
	best_token: 'the best single word',
	naive_bayes: 'naive Bayes',
	tfidf_lr: 'words and logistic regression',
};
const MANY = 12; // labels that are named one by one

function between(interval) {
	return Array.isArray(interval) ? ` (95% interval ${percent(interval[0])} to ${percent(interval[1])})` : '';
}

function parts(p) {
	return isNumber(p?.fit)
		? `; ${count(p.fit)} to learn from, ${count(p.tune)} to tune the confidence, ${count(p.certify)} for the promise alone`
		: '';
}

function labelCounts(labels) {
	const all = Object.entries(labels ?? {}).filter(([, n]) => isNumber(n));
	if (all.length === 0) return null;
	if (all.length <= MANY) return all.map(([label, n]) => `${label} ${count(n)}`).join(', ');
	const sorted = all.sort((a, b) => b[1] - a[1]);
	const [most, least] = [sorted[0], sorted.at(-1)];
	return `${count(all.length)}, from ${count(least[1])} texts (${least[0]}) to ${count(most[1])} (${most[0]})`;
}

function lines(entries) {
	return entries.length > 0
		? h(
				'ul',
				{ class: 'lines' },
				entries.map((words) => h('li', { dir: 'auto' }, words)),
			)
		: null;
}

function baselines(found) {
	return lines(
		Object.entries(found ?? {})
			.filter(([, b]) => isNumber(b?.accuracy))
			.map(
				([name, b]) =>
					`${METHODS[name] ?? name.replaceAll('_', ' ')}${b.token ? ` (“${b.token}”)` : ''}: ${percent(b.accuracy)}${between(b.interval)}`,
			),
	);
}

function forecast(f) {
	return isNumber(f?.accuracy)
		? `accuracy about ${percent(f.accuracy)} with ${count(f.rows)} texts, if the learning curve goes on like this`
		: null;
}

function copies(d) {
	return isNumber(d?.exact)
		? `${count(d.exact)} exact, ${count(d.near)} near; all copies of a text stayed in one part`
		: null;
}

function first(card) {
	return [
		['Accuracy', isNumber(card.accuracy) ? `${percent(card.accuracy)}${between(card.accuracy_interval)}, on texts it had not learned from` : null],
		['Made from', isNumber(card.rows) ? `${plural(card.rows, 'text')}${parts(card.parts)}` : null],
		['Labels', labelCounts(card.labels)],
		['Simple methods', baselines(card.baselines)],
		['Consists of', lines((Array.isArray(card.chosen) ? card.chosen : []).map((c) => c.head).filter(Boolean))],
		['Copies', copies(card.duplicates)],
		['More texts', forecast(card.forecast)],
		['Warnings', Array.isArray(card.warnings) ? (lines(card.warnings.map(String)) ?? 'none') : null],
	].filter(([, value]) => value);
}

function plain(value) {
	if (Array.isArray(value))
		return value.every(isNumber) && value.length === 2 ? value.map(plain).join(' to ') : value.map(plain).join('; ');
	if (value && typeof value === 'object')
		return Object.entries(value)
			.map(([k, v]) => `${k} ${plain(v)}`) // as they are: they may be labels
			.join(', ');
	return isNumber(value) ? figure(value, 4) : value === null ? '–' : String(value);
}

function facts(rows) {
	return h(
		'dl',
		{ class: 'facts' },
		rows.map(([name, value]) => [h('dt', {}, name), h('dd', { dir: 'auto' }, value)]),
	);
}

// Null where there is nothing to tell.
export function modelCard(card) {
	if (!card || typeof card !== 'object' || Object.keys(card).length === 0) return null;
	const rows = Object.entries(card).map(([name, value]) => [
		name.replaceAll('_', ' '),
		/_at$/.test(name) ? when(value) : plain(value),
	]);
	return h(
		'details',
		{},
		h('summary', {}, 'Card'),
		facts(first(card)),
		h('details', { class: 'all-figures' }, h('summary', {}, 'Every figure of the training'), facts(rows)),
	);
}
