import { existsSync, readFileSync } from 'node:fs';

interface Report {
  numTotalTests: number;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

// Adds up the JSON reports of Vitest named as arguments into the last line of a CI run.
const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) add(file);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`tests: ${total.passed} passed, ${total.failed} failed${skipped}`);

/** A run that came to no test, and a file that did not load, count as one failed test each: they are not nothing. */
function add(file: string): void {
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : null;
  if (report === null || report.numTotalTests === 0) {
    total.failed += 1;
    return;
  }
  const unloaded = report.testResults.filter(
    (each) => each.status === 'failed' && each.assertionResults.length === 0,
  );
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests + unloaded.length;
  total.skipped += report.numPendingTests + report.numTodoTests;
}
