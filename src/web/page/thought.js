// "What the model thought": shown after the answer, beside the next text, and never in its way.
import { h, fill } from './dom.js';
import { percent, figure, excerpt, reasonWords, labelName, isNumber } from './format.js';
import { breakable } from './label_list.js';
import { showMarked } from './marks.js';

function verdict(context, mine) {
	if (context.suggestion === null || context.suggestion === undefined)
		return { kind: 'plain', words: 'The model had no suggestion.' };
	if (mine === undefined) return null;
	return mine === context.suggestion
		? { kind: 'agrees', words: 'The model agrees with you.' }
		: { kind: 'differs', words: 'The model differs.' };
}

// How sure it was and how sure it had to be; the latter only where that decided.
function sureness(context) {
	if (!isNumber(context.confidence)) return null;
	const sure = percent(context.confidence);
	const decided =
		isNumber(context.threshold) && context.threshold > 0 && context.threshold <= 1 && context.reason !== 'novel';
	const bar = h('div', {
		class: 'bar',
		role: 'img',
		'aria-label': `${sure} sure${decided ? `, needed ${percent(context.threshold)}` : ''}`,
	});
	const filled = h('span', { class: 'bar-fill' });
	filled.style.width = `${100 * context.confidence}%`;
	bar.append(filled);
	if (decided) {
		const tick = h('span', { class: 'bar-tick' });
		tick.style.left = `${100 * context.threshold}%`;
		bar.append(tick);
	}
	return h(
		'div',
		{},
		h(
			'p',
			{},
			'Its label: ',
			h('strong', { dir: 'auto' }, breakable(labelName(context.suggestion))),
			`, ${sure} sure`,
			decided ? `; to answer by itself it must be surer than ${percent(context.threshold)}.` : '.',
		),
		bar,
	);
}

// The model's own sentences without figures that mean nothing to who labels.
function inWords(words) {
	return words
		? h(
				'details',
				{},
				h('summary', {}, 'In words'),
				h('p', { class: 'words', dir: 'auto' }, words.replace(/ ?\(p-value [^)]*\)/g, '')),
			)
		: null;
}

function whyHere(context) {
	const words = reasonWords(context.reason);
	if (words) return h('p', {}, `It came to you because ${words}.`);
	if (context.outcome === 'audit')
		return h('p', {}, 'It was an audit: the model had answered by itself, and a person checks a few of those.');
	return null;
}

function topPieces(pieces) {
	const top = [...(pieces ?? [])].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, 8);
	if (top.length === 0) return null;
	return h(
		'details',
		{},
		h('summary', {}, 'Strongest pieces, with weights'),
		h(
			'ul',
			{ class: 'pieces' },
			top.map((p) =>
				h(
					'li',
					{},
					h('span', { dir: 'auto' }, excerpt(p.text, 40) || '␣'),
					h('span', { class: 'number' }, `${p.weight > 0 ? '+' : '−'}${figure(Math.abs(p.weight), 2)}`),
				),
			),
		),
	);
}

function similarTexts(similar) {
	if (!similar?.length) return null;
	return h(
		'details',
		{},
		h('summary', {}, `Similar texts that people labelled (${similar.length})`),
		h(
			'ul',
			{ class: 'similar' },
			similar
				.slice(0, 5)
				.map((s) =>
					h(
						'li',
						{},
						h('strong', { dir: 'auto' }, labelName(s.label)),
						' ',
						h('span', { dir: 'auto' }, excerpt(s.text, 160)),
					),
				),
		),
	);
}

// mine: the label that was given; null for none of these; undefined where there is no answer yet.
export function showThought(element, context, text, mine) {
	const said = verdict(context, mine);
	const marked = h('div', { class: 'marked', dir: 'auto' });
	showMarked(marked, text, context.pieces);
	fill(
		element,
		said
			? h(
					'p',
					{ class: `verdict ${said.kind}` },
					h('strong', {}, said.words),
					mine !== undefined
						? h('span', {}, ' You said ', h('strong', { dir: 'auto' }, breakable(labelName(mine))), '.')
						: null,
				)
			: null,
		sureness(context),
		whyHere(context),
		marked,
		context.pieces?.length
			? h(
					'p',
					{ class: 'legend' },
					h('mark', { class: 'for s3' }, 'spoke for'),
					' and ',
					h('mark', { class: 'against s3' }, 'spoke against'),
					' its label; stronger colour, stronger push.',
				)
			: null,
		inWords(context.words),
		topPieces(context.pieces),
		similarTexts(context.similar),
	);
	return said;
}
