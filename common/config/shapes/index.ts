export * from "./cron";
export * from "./licence";
export * from "./network";
export * from "./patterns";
export * from "./pem";
export * from "./shape";
