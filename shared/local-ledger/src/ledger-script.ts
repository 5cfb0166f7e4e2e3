/**
 * The script that runs the embedded ledger in a thread of its own. Named by package, so that a built program starts the
 * built script, and one that runs from sources starts the source.
 */
export const ledgerScript = (): URL =>
  new URL(import.meta.resolve("@scrip/local-ledger/ledger-thread"));
