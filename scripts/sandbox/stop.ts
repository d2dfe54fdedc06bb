import { stop } from "./emulator";

void stop();
