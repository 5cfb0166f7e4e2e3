// Closes a CI run: `tally.mjs REPORT TESTS_EXIT CHECKS_EXIT`. The checks count as one more test.
import { existsSync, readFileSync } from "node:fs";

const [reportFile = "", testsExit = "1", checksExit = "1"] = process.argv.slice(2);
const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, "utf8")) : undefined;

let passed = report?.numPassedTests ?? 0;
let failed = report?.numFailedTests ?? 0;
// A file that does not even load fails no test of its own; nor does a run that never reported.
const suites = report?.testResults ?? [];
failed += suites.filter(
  (/** @type {{ status: string, assertionResults: Array<{ status: string }> }} */ suite) =>
    suite.status === "failed" && suite.assertionResults.every(({ status }) => status !== "failed"),
).length;
if (testsExit !== "0" && failed === 0) failed += 1;
if (passed === 0 && failed === 0) failed += 1;

if (checksExit === "0") passed += 1;
else failed += 1;

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
