-- Channel variables as FreeSWITCH 1.11.2 had them after an attempt to bridge, and what
-- sipcodes.freeswitch.status must say of each. Measured on a running server, 2026-11-25.
return {
  {
    what = "the carrier challenges again: wrong credentials",
    variables = {
      originate_disposition = "NORMAL_UNSPECIFIED",
      originate_failed_cause = "NORMAL_UNSPECIFIED",
      last_bridge_hangup_cause = "NORMAL_UNSPECIFIED",
      last_bridge_proto_specific_hangup_cause = "sip:904",
      originate_causes = "u1;NORMAL_UNSPECIFIED",
    },
    code = 401,
  },
  {
    what = "302 with outbound_redirect_fatal=true",
    variables = {
      originate_disposition = "REQUESTED_CHAN_UNAVAIL",
      originate_failed_cause = "REQUESTED_CHAN_UNAVAIL",
      last_bridge_hangup_cause = "REQUESTED_CHAN_UNAVAIL",
      last_bridge_proto_specific_hangup_cause = "sip:302",
      originate_causes = "u1;REQUESTED_CHAN_UNAVAIL",
    },
    code = 302,
  },
  {
    what = "a,b in parallel: a 503 after 200 ms, b 486 after 500 ms",
    variables = {
      originate_disposition = "NORMAL_TEMPORARY_FAILURE",
      last_bridge_hangup_cause = "USER_BUSY",
      last_bridge_proto_specific_hangup_cause = "sip:486",
      sip_invite_failure_status = "486",
      sip_invite_failure_phrase = "Busy Here",
      originate_causes = "ARRAY::u1;NORMAL_TEMPORARY_FAILURE|:u2;USER_BUSY",
    },
    code = 486, cause = "USER_BUSY",
  },
}
