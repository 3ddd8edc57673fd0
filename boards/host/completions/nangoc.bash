# SPDX-License-Identifier: MIT
# bash completion for nangoc(1)
_nangoc() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    if [[ $COMP_CWORD -eq 1 ]]; then
        mapfile -t COMPREPLY < <(compgen -W 'import check roots version help' -- "$word")
        return
    fi
    case $before in
    --if-exists) mapfile -t COMPREPLY < <(compgen -W 'overwrite skip fail' -- "$word") ;;
    --format) mapfile -t COMPREPLY < <(compgen -W 'csv jsonl' -- "$word") ;;
    --type) mapfile -t COMPREPLY < <(compgen -W 'OAUTH2 OAUTH2_CC OAUTH1 API_KEY BASIC TBA APP CUSTOM NONE' -- "$word") ;;
    --ca | --journal | --results | --rejects) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    *)
        if [[ $word == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--help --version --json --quiet --verbose --insecure-http --secret-key
                --ca --timeout --dry-run --online --limit --max-refused --parallel --rate --reserve --if-exists
                --shard --journal --restart --same-environment --results --rejects --format --delimiter --map --set
                --keep-empty --integration --id --type --access-token --refresh-token --expires-at --api-key --basic
                --tag --metadata --connection-config --webhook-url-override' -- "$word")
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
        fi
        ;;
    esac
}
complete -o filenames -F _nangoc nangoc
