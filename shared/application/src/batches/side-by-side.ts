/**
 * Does the work of every item, at most `atOnceMax` of them at the same time, in the order they come.
 * After a failure nothing new is begun; what runs is waited for, then the first failure is thrown.
 */
export async function sideBySide<Item>(
  items: AsyncIterable<Item>,
  atOnceMax: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const source = items[Symbol.asyncIterator]();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (failures.length === 0) {
      const next = await source.next();
      if (next.done === true) return;
      await work(next.value);
    }
  };
  const noted = () => worker().catch((error: unknown) => void failures.push(error));
  await Promise.all(Array.from({ length: atOnceMax }, noted));
  await source.return?.();
  if (failures.length > 0) throw failures[0];
}
