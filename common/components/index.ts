export * from "./access-group";
export * from "./encrypted-log-group";
export * from "./json-secret";
export * from "./service-role";
