// tsyringe refuses to load without this.
import "reflect-metadata";
import {
  container,
  instancePerContainerCachingFactory,
  type DependencyContainer,
  type InjectionToken,
} from "tsyringe";

export type { DependencyContainer, InjectionToken } from "tsyringe";

/**
 * A typed name for something a container provides: `const clock = token<Clock>("clock")`.
 * (A symbol declared as `InjectionToken<Clock>` would be narrowed to `symbol` and resolve to `unknown`.)
 */
export function token<T>(name: string): InjectionToken<T> {
  return Symbol(name);
}

/** A container of its own, or one that also finds what `parent` provides. */
export function createContainer(parent?: DependencyContainer): DependencyContainer {
  return (parent ?? container).createChildContainer();
}

/** Made when first asked for, once per container. Closing it stays the maker's business. */
export function provide<T>(
  into: DependencyContainer,
  name: InjectionToken<T>,
  make: (from: DependencyContainer) => T,
): void {
  into.register(name, { useFactory: instancePerContainerCachingFactory(make) });
}
