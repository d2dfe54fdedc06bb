export * from "./access-group";
export * from "./alarm";
export * from "./encrypted-log-group";
export * from "./event-notice";
export * from "./json-secret";
export * from "./metric";
export * from "./service-role";
