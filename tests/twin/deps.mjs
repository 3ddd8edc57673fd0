// SPDX-License-Identifier: MIT
// The libraries of the twin. install.sh puts them into the build directory, never beside this file, so they
// are looked up there: TWIN_MODULES names a directory that holds node_modules.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = process.env.TWIN_MODULES || fileURLToPath(new URL('../../build/twin', import.meta.url));
const require = createRequire(resolve(home, 'node_modules') + '/');

export const express = require('express');
export const qs = require('qs');
export const z = require('zod');
