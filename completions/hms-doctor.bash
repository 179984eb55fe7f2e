_hms_doctor_completion() {
    local IFS=$'
'
    COMPREPLY=( $( env COMP_WORDS="${COMP_WORDS[*]}" \
                   COMP_CWORD=$COMP_CWORD \
                   _HMS_DOCTOR_COMPLETE=complete_bash $1 ) )
    return 0
}

complete -o default -F _hms_doctor_completion hms-doctor

