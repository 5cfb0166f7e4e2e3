/** What stands in the place of an answer that nobody can know from the event alone. */
export const rebuiltAnswer = { rebuilt: true } as const;

/** Whether what was answered first is not known: only that it was done. */
export const isRebuilt = (answer: object): boolean =>
  "rebuilt" in answer && answer.rebuilt === true;
