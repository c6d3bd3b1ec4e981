/**
 * Prints `passed failed` of a vitest JSON report: node .ci/tally.mjs REPORT STATUS. A file that
 * broke before its tests began counts as one failure, and so does a run that failed without naming
 * a test (an unhandled rejection, a time limit). Under CROSSDOCK_REQUIRE_ALL a skipped test is one
 * too: there, nothing may be missing.
 */
import { readFileSync } from 'node:fs'

const [path, status] = process.argv.slice(2)
const { numPassedTests, numFailedTests, numPendingTests, testResults } =
  JSON.parse(readFileSync(path, 'utf8'))

const brokenFiles = testResults.filter((file) =>
  file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
const skipped = process.env.CROSSDOCK_REQUIRE_ALL === '1' ? numPendingTests : 0

const failed = numFailedTests + brokenFiles.length + skipped
console.log(numPassedTests, failed === 0 && status !== '0' ? 1 : failed)
