// The pages work without any of this. Each module listens on the document, so that
// a part of a page that was put in later behaves like the rest.
import { listenForActions } from "./actions";
import { watchBoard } from "./board";
import { inspectAtDoors } from "./door";
import { keepDrafts } from "./draft";
import { nameFiles } from "./file";
import { listenForGrid } from "./grid";
import { listenForKeys } from "./keys";
import { listenForTyping } from "./live";
import { listenForRows } from "./panel";
import { watchNumbers } from "./number";
import { workOffline } from "./offline";
import { listenForPhotos } from "./photo";
import { listenForPasskeys } from "./passkey";
import { watchJobs } from "./progress";
import { listenForPush } from "./push";
import { signOnGlass } from "./sign";
import { listenForReading } from "./speak";
import { listenForDoors } from "./strip";
import { listenForSubmits } from "./submit";
import { watchUnsaved } from "./unsaved";
import { watchTeams } from "./team";
import { listenForUploads } from "./upload";

document.documentElement.classList.add("js");
watchNumbers();
listenForKeys();
listenForGrid();
listenForTyping();
listenForRows();
listenForDoors();
listenForPhotos();
nameFiles();
listenForPush();
listenForPasskeys(); // before submits: what the browser has not answered yet is not sent
watchTeams();
inspectAtDoors(); // likewise: what lacks something is neither kept nor sent
listenForUploads(); // before submits: an upload cancels the browser's own sending
workOffline(); // likewise
listenForSubmits();
watchUnsaved();
watchBoard();
watchJobs();
listenForReading();
listenForActions();
signOnGlass();
keepDrafts();
