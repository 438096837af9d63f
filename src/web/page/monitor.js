// The monitor's figures under one set of names.

export function readMonitor(m) {
	const audits = m.audits ?? {};
	const [low, high] = m.error_sequence ?? [];
	return {
		since: m.since,
		automatic: m.automatic,
		coverage: m.coverage,
		error: m.error,
		low,
		high,
		drawn: audits.drawn,
		right: audits.right,
		wrong: audits.wrong,
		// Told to admins only, who do not label blind.
		waiting: audits.waiting,
		second: audits.second,
		missing: audits.missing,
		ended: (audits.right ?? 0) + (audits.wrong ?? 0) + (audits.missing ?? 0),
		maxError: m.promise?.max_error,
		level: m.promise?.confidence_level ?? 0.95,
		// What each label promises, where they differ.
		labels: m.labels ?? [],
		tested: m.tested_against ?? m.promise?.max_error,
		evidence: typeof m.log_wealth === 'number' ? Math.exp(m.log_wealth) : null,
		p: m.p,
		alarm: m.alarm === true,
		alarmAt: 1 / (m.alarm_delta || 0.05),
	};
}
