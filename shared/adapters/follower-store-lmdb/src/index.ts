export { type FollowerStoreOptions, openFollowerStore } from "./follower-store.ts";
