/** Vitest reporter: closes a run with every test that was skipped and why. */
export default class SkipReporter {
  /** @param {ReadonlyArray<import("vitest/node").TestModule>} modules */
  onTestRunEnd(modules) {
    /** @type {Map<string, string[]>} */
    const byReason = new Map();
    for (const module of modules) {
      for (const test of module.children.allTests("skipped")) {
        const result = test.result();
        const reason = (result.state === "skipped" && result.note) || "no reason given";
        const names = byReason.get(reason) ?? [];
        byReason.set(reason, [...names, `${module.relativeModuleId}: ${test.fullName}`]);
      }
    }
    if (byReason.size === 0) return;
    console.log("\nskipped");
    for (const [reason, names] of byReason) {
      console.log(`  ${reason}`);
      for (const name of names) console.log(`    ${name}`);
    }
  }
}
