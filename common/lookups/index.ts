export * from "./caller";
export * from "./explain-aws";
export * from "./look-up";
export * from "./results";
