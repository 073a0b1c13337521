_sipcodes() {
    local IFS=$' \t\n'
    local args cur prev cmd opts arg
    args=("${COMP_WORDS[@]}")
    cur="${COMP_WORDS[COMP_CWORD]}"
    prev="${COMP_WORDS[COMP_CWORD-1]}"
    opts="-h --help --version --json --color"

    case "$prev" in
        --color)
            COMPREPLY=($(compgen -W "always never auto" -- "$cur"))
            return 0
            ;;
    esac

    args=("${args[@]:1}")
    for arg in "${args[@]}"; do
        case "$arg" in
            show)
                cmd="show"
                opts="$opts -h --help --full"
                break
                ;;
            list)
                cmd="list"
                opts="$opts -h --help"
                break
                ;;
            cause)
                cmd="cause"
                opts="$opts -h --help --table"
                break
                ;;
            explain)
                cmd="explain"
                opts="$opts -h --help --port --follow"
                break
                ;;
            calls)
                cmd="calls"
                opts="$opts -h --help --port --failed --code --from --to --sort --limit --html --csv"
                break
                ;;
            kpi)
                cmd="kpi"
                opts="$opts -h --help --port --column --where --table --delimiter --by --every --time --compare --html --csv --format --no-challenges --ner"
                break
                ;;
            export)
                cmd="export"
                opts="$opts -h --help --format"
                break
                ;;
            help)
                cmd="help"
                opts="$opts -h --help"
                break
                ;;
        esac
    done

    case "$cmd" in
        '')
            COMPREPLY=($(compgen -W "show list cause explain calls kpi export help" -- "$cur"))
            ;;
        'cause')
            case "$prev" in
                --table)
                    COMPREPLY=($(compgen -W "rfc3398 rfc4497 dss1 cisco freeswitch asterisk osmocom yate audiocodes oracle_sipi opensips_sipi" -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'explain')
            case "$prev" in
                --port)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'calls')
            case "$prev" in
                --port)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --code)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --from)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --sort)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --limit)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --html)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'kpi')
            case "$prev" in
                --port)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --column)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --where)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --table)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --delimiter)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --by)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --every)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --time)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --compare)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --html)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --ner)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'export')
            case "$prev" in
                --format)
                    COMPREPLY=($(compgen -W "csv json sql" -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
    esac

    if [[ "$cur" = -* ]]; then
        COMPREPLY=($(compgen -W "$opts" -- "$cur"))
    fi
}

_sipcodes_lookup() {
    local word cmd= words=
    _sipcodes
    [ "$2" = "${2#-}" ] && [ "$3" != --color ] && [ "$3" != --table ] || return 0
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case "$word" in
            -*) ;;
            *) cmd="$word"; break ;;
        esac
    done
    case "$cmd" in
        explain|calls|kpi) return 0 ;;
        list) words="1xx 2xx 3xx 4xx 5xx 6xx" ;;
        help) words="show list cause explain calls kpi export help" ;;
        *) words="100 101 180 181 182 183 199 200 202 204 300 301 302 303 305 380 400 401 402 403 404 405 406 407 408 409 410 411 412 413 414 415 416 417 420 421 422 423 424 425 428 429 430 433 436 437 438 439 440 469 470 473 475 476 477 478 479 480 481 482 483 484 485 486 487 488 489 490 491 493 494 500 501 502 503 504 505 513 514 515 516 555 580 600 603 604 606 607 608 687 1 2 3 4 5 6 7 8 9 13 14 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 33 34 38 39 40 41 42 43 44 45 46 47 49 50 52 53 54 55 56 57 58 62 63 65 66 69 70 79 81 82 83 84 85 86 87 88 90 91 95 96 97 98 99 102 103 110 111 127 TRYING RINGING CALL_IS_BEING_FORWARDED QUEUED SESSION_PROGRESS EARLY_DIALOG_TERMINATED OK ACCEPTED NO_NOTIFICATION MULTIPLE_CHOICES MOVED_PERMANENTLY MOVED_TEMPORARILY USE_PROXY ALTERNATIVE_SERVICE BAD_REQUEST UNAUTHORIZED PAYMENT_REQUIRED FORBIDDEN NOT_FOUND METHOD_NOT_ALLOWED NOT_ACCEPTABLE PROXY_AUTHENTICATION_REQUIRED REQUEST_TIMEOUT GONE CONDITIONAL_REQUEST_FAILED REQUEST_ENTITY_TOO_LARGE REQUEST_URI_TOO_LONG UNSUPPORTED_MEDIA_TYPE UNSUPPORTED_URI_SCHEME UNKNOWN_RESOURCE_PRIORITY BAD_EXTENSION EXTENSION_REQUIRED SESSION_INTERVAL_TOO_SMALL INTERVAL_TOO_BRIEF BAD_LOCATION_INFORMATION BAD_ALERT_MESSAGE USE_IDENTITY_HEADER PROVIDE_REFERRER_IDENTITY FLOW_FAILED ANONYMITY_DISALLOWED BAD_IDENTITY_INFO UNSUPPORTED_CREDENTIAL INVALID_IDENTITY_HEADER FIRST_HOP_LACKS_OUTBOUND_SUPPORT MAX_BREADTH_EXCEEDED BAD_INFO_PACKAGE CONSENT_NEEDED TEMPORARILY_UNAVAILABLE CALL_TRANSACTION_DOES_NOT_EXIST LOOP_DETECTED TOO_MANY_HOPS ADDRESS_INCOMPLETE AMBIGUOUS BUSY_HERE REQUEST_TERMINATED NOT_ACCEPTABLE_HERE BAD_EVENT REQUEST_PENDING UNDECIPHERABLE SECURITY_AGREEMENT_REQUIRED SERVER_INTERNAL_ERROR NOT_IMPLEMENTED BAD_GATEWAY SERVICE_UNAVAILABLE SERVER_TIME_OUT VERSION_NOT_SUPPORTED MESSAGE_TOO_LARGE PUSH_NOTIFICATION_SERVICE_NOT_SUPPORTED PRECONDITION_FAILURE BUSY_EVERYWHERE DECLINE DOES_NOT_EXIST_ANYWHERE NOT_ACCEPTABLE_ANYWHERE UNWANTED REJECTED NONE UNALLOCATED_NUMBER NO_ROUTE_TRANSIT_NET NO_ROUTE_DESTINATION CHANNEL_UNACCEPTABLE CALL_AWARDED_DELIVERED NORMAL_CLEARING USER_BUSY NO_USER_RESPONSE NO_ANSWER SUBSCRIBER_ABSENT CALL_REJECTED NUMBER_CHANGED REDIRECTION_TO_NEW_DESTINATION EXCHANGE_ROUTING_ERROR DESTINATION_OUT_OF_ORDER INVALID_NUMBER_FORMAT FACILITY_REJECTED RESPONSE_TO_STATUS_ENQUIRY NORMAL_UNSPECIFIED NORMAL_CIRCUIT_CONGESTION NETWORK_OUT_OF_ORDER NORMAL_TEMPORARY_FAILURE SWITCH_CONGESTION ACCESS_INFO_DISCARDED REQUESTED_CHAN_UNAVAIL PRE_EMPTED FACILITY_NOT_SUBSCRIBED OUTGOING_CALL_BARRED INCOMING_CALL_BARRED BEARERCAPABILITY_NOTAUTH BEARERCAPABILITY_NOTAVAIL BEARERCAPABILITY_NOTIMPL CHAN_NOT_IMPLEMENTED FACILITY_NOT_IMPLEMENTED SERVICE_NOT_IMPLEMENTED INVALID_CALL_REFERENCE INCOMPATIBLE_DESTINATION INVALID_MSG_UNSPECIFIED MANDATORY_IE_MISSING MESSAGE_TYPE_NONEXIST WRONG_MESSAGE IE_NONEXIST INVALID_IE_CONTENTS WRONG_CALL_STATE RECOVERY_ON_TIMER_EXPIRE MANDATORY_IE_LENGTH_ERROR PROTOCOL_ERROR INTERWORKING SUCCESS ORIGINATOR_CANCEL CRASH SYSTEM_SHUTDOWN LOSE_RACE MANAGER_REQUEST BLIND_TRANSFER ATTENDED_TRANSFER ALLOTTED_TIMEOUT USER_CHALLENGE MEDIA_TIMEOUT PICKED_OFF USER_NOT_REGISTERED PROGRESS_TIMEOUT INVALID_GATEWAY GATEWAY_DOWN INVALID_URL INVALID_PROFILE NO_PICKUP SRTP_READ_ERROR BOWOUT NO_IDENTITY UNSUPPORTED_CERTIFICATE INVALID_IDENTITY STALE_DATE REJECT_ALL AST_CAUSE_UNALLOCATED AST_CAUSE_NO_ROUTE_TRANSIT_NET AST_CAUSE_NO_ROUTE_DESTINATION AST_CAUSE_MISDIALLED_TRUNK_PREFIX AST_CAUSE_CHANNEL_UNACCEPTABLE AST_CAUSE_CALL_AWARDED_DELIVERED AST_CAUSE_PRE_EMPTED AST_CAUSE_NUMBER_PORTED_NOT_HERE AST_CAUSE_NORMAL_CLEARING AST_CAUSE_USER_BUSY AST_CAUSE_NO_USER_RESPONSE AST_CAUSE_NO_ANSWER AST_CAUSE_SUBSCRIBER_ABSENT AST_CAUSE_CALL_REJECTED AST_CAUSE_NUMBER_CHANGED AST_CAUSE_REDIRECTED_TO_NEW_DESTINATION AST_CAUSE_ANSWERED_ELSEWHERE AST_CAUSE_DESTINATION_OUT_OF_ORDER AST_CAUSE_INVALID_NUMBER_FORMAT AST_CAUSE_FACILITY_REJECTED AST_CAUSE_RESPONSE_TO_STATUS_ENQUIRY AST_CAUSE_NORMAL_UNSPECIFIED AST_CAUSE_NORMAL_CIRCUIT_CONGESTION AST_CAUSE_NETWORK_OUT_OF_ORDER AST_CAUSE_NORMAL_TEMPORARY_FAILURE AST_CAUSE_SWITCH_CONGESTION AST_CAUSE_ACCESS_INFO_DISCARDED AST_CAUSE_REQUESTED_CHAN_UNAVAIL Pre-empted AST_CAUSE_FACILITY_NOT_SUBSCRIBED AST_CAUSE_OUTGOING_CALL_BARRED AST_CAUSE_INCOMING_CALL_BARRED AST_CAUSE_BEARERCAPABILITY_NOTAUTH AST_CAUSE_BEARERCAPABILITY_NOTAVAIL AST_CAUSE_BEARERCAPABILITY_NOTIMPL AST_CAUSE_CHAN_NOT_IMPLEMENTED AST_CAUSE_FACILITY_NOT_IMPLEMENTED AST_CAUSE_INVALID_CALL_REFERENCE AST_CAUSE_INCOMPATIBLE_DESTINATION AST_CAUSE_INVALID_MSG_UNSPECIFIED AST_CAUSE_MANDATORY_IE_MISSING AST_CAUSE_MESSAGE_TYPE_NONEXIST AST_CAUSE_WRONG_MESSAGE AST_CAUSE_IE_NONEXIST AST_CAUSE_INVALID_IE_CONTENTS AST_CAUSE_WRONG_CALL_STATE AST_CAUSE_RECOVERY_ON_TIMER_EXPIRE AST_CAUSE_MANDATORY_IE_LENGTH_ERROR AST_CAUSE_PROTOCOL_ERROR AST_CAUSE_INTERWORKING BYE CANCEL" ;;
    esac
    COMPREPLY+=($(compgen -W "$words" -- "$2"))
}

complete -F _sipcodes_lookup -o bashdefault -o default sipcodes
