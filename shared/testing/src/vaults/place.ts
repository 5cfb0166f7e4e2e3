/** One place where an adapter keeps its things, opened as often as a test likes, once at a time. */
export interface Place<Port> {
  open(): Promise<Port>;
  /** Removes the place; everything opened there is closed by then. */
  remove(): Promise<void>;
}
