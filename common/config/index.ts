export { nearest } from "./guess";
export * from "./kinds";
export * from "./read";
export * from "./region";
export * from "./rule";
export * from "./secrets";
export * from "./setting";
export * from "./shapes";
