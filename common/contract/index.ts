export * from "./application";
export * from "./contract";
export * from "./dns";
export * from "./infrastructure";
