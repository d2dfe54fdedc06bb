export * from "./answers";
export * from "./bucket";
export * from "./certificate";
export * from "./clients";
export * from "./errors";
export * from "./hosted-zone";
export * from "./log-groups";
export * from "./route-tables";
