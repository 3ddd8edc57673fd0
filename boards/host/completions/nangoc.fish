# SPDX-License-Identifier: MIT
# fish completion for nangoc(1)
complete -c nangoc -n __fish_use_subcommand -f -a 'import check roots version help'
complete -c nangoc -s h -l help -d help
complete -c nangoc -l json -d 'outcomes as JSON Lines'
complete -c nangoc -s q -l quiet -d 'no line for what is done'
complete -c nangoc -s v -l verbose -d 'what moves'
complete -c nangoc -l secret-key -x -d 'Nango\'s key: @FILE'
complete -c nangoc -l ca -r -d 'roots to trust'
complete -c nangoc -l timeout -x -d seconds
complete -c nangoc -l dry-run -d 'check all, send nothing'
complete -c nangoc -l online -d 'with --dry-run: what is there already'
for o in limit max-refused parallel rate reserve shard delimiter map set integration id tag
    complete -c nangoc -l $o -x
end
for o in journal results rejects
    complete -c nangoc -l $o -r
end
complete -c nangoc -l if-exists -x -a 'overwrite skip fail'
complete -c nangoc -l format -x -a 'csv jsonl'
complete -c nangoc -l restart -d 'forget the journal'
complete -c nangoc -l same-environment -d 'with a new key'
complete -c nangoc -l keep-empty -d 'an empty cell is an empty text'
