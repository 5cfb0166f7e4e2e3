/** The sum over all labels of one metric in Prometheus text; 0 when it is not there. */
export function sumOfMetric(text: string, name: string): number {
  let sum = 0;
  for (const line of text.split("\n")) {
    if (!line.startsWith(name) || !/^[ {]/.test(line.slice(name.length))) continue;
    const value = Number(line.slice(line.lastIndexOf(" ") + 1));
    if (Number.isFinite(value)) sum += value;
  }
  return sum;
}

/** Labels of a gauge's samples that are not 0, as the exposition text has them: `shard="3",reason="FORK"`. */
export function labelsOfMetric(text: string, name: string): string[] {
  const sample = new RegExp(`^${name}\\{([^}]*)\\} (\\S+)`, "gm");
  return [...text.matchAll(sample)].flatMap(([, labels = "", value]) =>
    Number(value) === 0 ? [] : [labels],
  );
}
