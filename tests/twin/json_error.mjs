// SPDX-License-Identifier: MIT
// What the recorded server's JavaScript engine (node 22) says of a text that is not JSON. The engine below
// may be an older one with other words, so the text is scanned here once more; only refused bodies come this
// way.

class Refused extends Error {
    name = 'Refused';
}

const literals = { t: 'true', f: 'false', n: 'null' };
const digit = (char) => char >= '0' && char <= '9';
const hex = (char) => /^[0-9a-fA-F]$/.test(char);

class Scanner {
    constructor(text) {
        this.text = text;
        this.at = 0;
    }

    /** The character here, '' at the end. */
    get char() {
        return this.text.charAt(this.at);
    }

    refuse(words) {
        const lines = this.text.slice(0, this.at).split(/\r\n|\r|\n/);
        const column = lines[lines.length - 1].length + 1;
        throw new Refused(`${words} at position ${this.at} (line ${lines.length} column ${column})`);
    }

    unexpected() {
        if (this.char === '') {
            throw new Refused('Unexpected end of JSON input');
        } else if (this.char === '"') {
            this.refuse('Unexpected string in JSON');
        } else if (this.char === '-' || digit(this.char)) {
            this.refuse('Unexpected number in JSON');
        }
        this.unexpectedToken();
    }

    /** The token with at most ten characters of the text on either side. */
    unexpectedToken() {
        const { text, at } = this;
        const cut = text.length >= 21;
        const start = cut && at >= 10 ? at - 10 : 0;
        const end = cut && at < Math.max(10, text.length - 10) ? at + 10 : text.length;
        const part = `${start > 0 ? '...' : ''}"${text.slice(start, end)}"${end < text.length ? '...' : ''}`;
        throw new Refused(`Unexpected token '${text.charAt(at)}', ${part} is not valid JSON`);
    }

    blank() {
        while (this.char !== '' && ' \t\r\n'.includes(this.char)) {
            this.at++;
        }
        return this.char;
    }

    string() {
        for (this.at++; this.char !== '"'; this.at++) {
            if (this.char === '') {
                this.refuse('Unterminated string in JSON');
            } else if (this.char < ' ') {
                this.refuse('Bad control character in string literal in JSON');
            } else if (this.char === '\\') {
                this.at++;
                this.escape();
            }
        }
        this.at++;
    }

    escape() {
        if (this.char === '') {
            this.unexpected();
        } else if (this.char === 'u') {
            for (let i = 0; i < 4; i++) {
                this.at++;
                if (!hex(this.char)) {
                    this.refuse('Bad Unicode escape in JSON');
                }
            }
        } else if (!'"\\/bfnrt'.includes(this.char)) {
            this.refuse('Bad escaped character in JSON');
        }
    }

    digits(words) {
        if (!digit(this.char)) {
            this.refuse(`${words} in JSON`);
        }
        while (digit(this.char)) {
            this.at++;
        }
    }

    number() {
        if (this.char === '-') {
            this.at++;
        }
        if (this.char === '0') {
            this.at++;
            if (digit(this.char)) {
                this.refuse('Unexpected number in JSON');
            }
        } else {
            this.digits('No number after minus sign');
        }
        if (this.char === '.') {
            this.at++;
            this.digits('Unterminated fractional number');
        }
        if (this.char === 'e' || this.char === 'E') {
            this.at++;
            if (this.char === '+' || this.char === '-') {
                this.at++;
            }
            this.digits('Exponent part is missing a number');
        }
    }

    literal(word) {
        for (const char of word) {
            if (this.char !== char) {
                this.unexpected();
            }
            this.at++;
        }
    }

    scalar() {
        if (this.char === '"') {
            this.string();
        } else if (this.char === '-' || digit(this.char)) {
            this.number();
        } else if (literals[this.char]) {
            this.literal(literals[this.char]);
        } else {
            this.unexpected();
        }
    }

    key(words) {
        if (this.blank() !== '"') {
            this.refuse(`${words} in JSON`);
        }
        this.string();
        this.blank();
    }

    /** Enters { or [: true when it is empty and was left again. */
    open(stack) {
        const closing = this.char === '{' ? '}' : ']';
        this.at++;
        if (this.blank() === closing) {
            this.at++;
            return true;
        }
        stack.push(closing);
        if (closing === '}') {
            this.key("Expected property name or '}'");
            if (this.char !== ':') {
                this.refuse("Expected ':' after property name in JSON");
            }
            this.at++;
        }
        return false;
    }

    /**
     * After a value: leaves what ends here, or goes to the next member; false at the end of the outermost.
     */
    close(stack) {
        while (stack.length > 0) {
            const closing = stack[stack.length - 1];
            const char = this.blank();
            if (char === ',') {
                this.at++;
                if (closing === '}') {
                    this.key('Expected double-quoted property name');
                    if (this.char !== ':') {
                        this.unexpected(); // the engine has no words of its own here
                    }
                    this.at++;
                }
                return true;
            }
            if (char !== closing) {
                this.refuse(
                    `Expected ',' or '${closing}' after ${closing === '}' ? 'property value' : 'array element'} in JSON`
                );
            }
            this.at++;
            stack.pop();
        }
        return false;
    }

    document() {
        const stack = [];
        for (let more = true; more;) {
            const char = this.blank();
            if (char === '{' || char === '[') {
                more = !this.open(stack) || this.close(stack);
            } else {
                this.scalar();
                more = this.close(stack);
            }
        }
        if (this.blank() !== '') {
            this.refuse('Unexpected non-whitespace character after JSON');
        }
    }
}

/**
 * Why the text is refused, or undefined. `strict`: the outermost must be an object or an array, as the JSON
 * parser of the server wants.
 */
export function jsonError(text, strict) {
    const scanner = new Scanner(text);
    try {
        if (strict && !['{', '['].includes(scanner.blank())) {
            if (scanner.char === '') {
                scanner.unexpected();
            }
            scanner.unexpectedToken();
        }
        scanner.at = 0;
        scanner.document();
        return undefined;
    } catch (error) {
        if (error.name === Refused.name) {
            return error.message;
        }
        throw error;
    }
}
