/* Schemas of bodies and answers. Written with ' for ", so that they can be read. */
#include "http/schemas.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define TEXT "{'type':'string'}"
#define MAYBE "{'type':['string','null']}"
#define TIME "{'type':'string','format':'date-time'}"
#define TIME_MAYBE "{'type':['string','null'],'format':'date-time'}"
#define WHOLE "{'type':'integer'}"
#define WHOLE_MAYBE "{'type':['integer','null']}"
#define NUMBER "{'type':'number'}"
#define NAME "{'type':'string','pattern':'^[A-Za-z0-9._@-]{1,64}$'}"
#define NUMBER_MAYBE "{'type':['number','null']}"
#define YES "{'type':'boolean'}"
#define ID "{'type':'string','pattern':'^[0-9A-HJKMNP-TV-Z]{26}$'}"
#define LIST(of) "{'type':'array','items':" of "}"
#define REF(name) "{'$ref':'#/components/schemas/" name "'}"
#define OBJECT(required, members)                                                                                      \
	"{'type':'object','required':[" required "],'additionalProperties':false,'properties':{" members "}}"
#define OPEN(required, members) "{'type':'object','required':[" required "],'properties':{" members "}}"
#define PROMISE "{'oneOf':[{'type':'null'}," REF("Promise") "]}"
#define QUEUE_FIGURES                                                                                                  \
	OBJECT("'waiting','leased','overdue','oldest_s'",                                                              \
	       "'waiting':" WHOLE ",'leased':" WHOLE ",'overdue':" WHOLE ",'oldest_s':" NUMBER)

static const char *const parts[] = {
    "{'Problem':" OPEN("'title','status','detail'", "'type':" TEXT ",'title':" TEXT ",'status':" WHOLE ",'detail':" TEXT
                                                    ",'field':" TEXT ",'request':" TEXT),
    ",'Promise':" OPEN("'max_error','confidence_level'", "'max_error':" NUMBER ",'confidence_level':" NUMBER),
    ",'Incoming':" OBJECT("'text'", "'text':{'type':'string','description':'at most 1 MiB of UTF-8'},"
                                    "'id':{'type':['string','null'],'minLength':1,'maxLength':200},"
                                    "'meta':{'type':['object','null'],'description':'at most 16 KiB'},"
                                    "'callback_url':{'type':['string','null'],'minLength':1,'maxLength':2000},"
                                    "'wait_ms':{'type':['integer','null'],'minimum':0,'maximum':30000}"),
    ",'IncomingLine':" OBJECT("'text'", "'text':" TEXT ",'id':" MAYBE ",'meta':{'type':['object','null']},"
                                        "'callback_url':" MAYBE),
    ",'Classified':" OPEN("'item','task','decision','label','confidence','model','promise'",
                          "'item':" ID ",'task':" TEXT ",'decision':{'enum':['auto','human']},'label':" MAYBE
                          ",'confidence':" NUMBER_MAYBE ",'model':" MAYBE ",'promise':" PROMISE),
    ",'Handed':" OPEN("'item','task','decision','reason','status','model'",
                      "'item':" ID ",'task':" TEXT ",'decision':{'const':'human'},'reason':" TEXT
                      ",'status':{'enum':['pending']},'model':" MAYBE),
    ",'Answered':{'anyOf':[" REF("Classified") "," REF("Item") "]}",
    ",'BatchLine':{'anyOf':[" REF("Classified") "," REF("Handed") "," OBJECT(
        "'line','status','detail'", "'line':" WHOLE ",'status':" WHOLE ",'detail':" TEXT ",'field':" TEXT) "]}",
    ",'Item':" OPEN("'item','task','status'",
                    "'item':" ID ",'task':" TEXT ",'status':{'enum':['pending','answered','overruled','expired']},"
                    "'decision':{'enum':['auto','human',null]},'reason':" MAYBE ",'label':" MAYBE
                    ",'confidence':" NUMBER_MAYBE ",'answered_by':" MAYBE ",'answered_at':" TIME_MAYBE
                    ",'created_at':" TIME_MAYBE ",'due_at':" TIME_MAYBE ",'text':" MAYBE
                    ",'meta':{'type':['object','null']}"),
    ",'Items':" OBJECT("'items','before'", "'items':" LIST(REF("Item")) ",'before':" MAYBE),
    ",'Context':" OPEN("'item','decision','reason','suggestion','confidence','threshold','novelty_p'",
                       "'item':" ID ",'decision':" MAYBE ",'reason':" MAYBE ",'suggestion':" MAYBE
                       ",'confidence':" NUMBER_MAYBE ",'threshold':" NUMBER_MAYBE ",'novelty_p':" NUMBER_MAYBE
                       ",'outcome':" MAYBE ",'agrees':{'type':['boolean','null']},'pieces':" LIST(
                           "{'type':'object'}") ",'words':" MAYBE ",'similar':" LIST("{'type':'object'}")),
    ",'Review':" OPEN("'kind','reviewer','at'",
                      "'kind':{'enum':['answer','audit','correct','withdraw','skip','flag','due']},'reviewer':" MAYBE
                      ",'label':" MAYBE ",'none':" YES ",'note':" MAYBE ",'took_ms':" WHOLE ",'at':" TIME),
    ",'History':" OBJECT("'item','reviews'", "'item':" REF("Item") ",'reviews':" LIST(REF("Review"))),
    ",'Lease':" OBJECT("'acquired','item','leased_by','expires_at'",
                       "'acquired':" YES ",'item':" ID ",'leased_by':" MAYBE ",'expires_at':" TIME_MAYBE),
    ",'Answer':" OBJECT("'label'", "'label':{'type':['string','null'],'minLength':1,'maxLength':1000,"
                                   "'description':'null: none of these'},"
                                   "'note':{'type':['string','null'],'minLength':1,'maxLength':4000},"
                                   "'took_ms':{'type':['integer','null'],'minimum':0,'maximum':86400000},"
                                   "'correct':{'type':['boolean','null'],'description':'not blind: overrules what "
                                   "stands'}"),
    ",'Flag':" OBJECT("", "'note':{'type':['string','null'],'minLength':1,'maxLength':4000}"),
    ",'Waiting':" OBJECT("'item','text','meta','age_s','due_at'",
                         "'item':" ID ",'text':" TEXT ",'meta':{'type':['object','null']},'age_s':" NUMBER
                         ",'due_at':" TIME_MAYBE),
    ",'Queue':" LIST(REF("Waiting")),
    ",'Settings':" OPEN("", "'alarm':{'enum':['pause','tell']},'alarm_delta':" NUMBER ",'audit_budget':" WHOLE
                            ",'audit_floor':" WHOLE ",'audit_share':" NUMBER ",'callback_hosts':" LIST(
                                TEXT) ",'callback_private':" YES ",'callback_secret':" MAYBE ",'certify_share':" NUMBER
                                      ",'due_action':{'enum':['nothing','escalate','suggest','expire']},'due_s':" WHOLE
                                      ",'event_url':" MAYBE ",'instructions':" MAYBE ",'lease_s':" WHOLE
                                      ",'raised_threshold':" NUMBER ",'reviewer_error':" NUMBER
                                      ",'retention_days':" WHOLE ",'show_before':" YES ",'title':" MAYBE),
    ",'Resume':" OBJECT("", "'force':" YES) ",'Pause':" OBJECT(
        "", "'why':{'type':['string','null'],'minLength':1,'maxLength':1000}"),
    ",'Task':" OBJECT("'task','title','champion','promise','paused','alarm','labels','queue'",
                      "'task':" TEXT ",'title':" TEXT ",'champion':" MAYBE ",'promise':" PROMISE ",'paused':" YES
                      ",'paused_why':" MAYBE ",'alarm':" YES ",'epoch_at':" TIME_MAYBE
                      ",'labels':" LIST(TEXT) ",'queue':" QUEUE_FIGURES ",'settings':" REF("Settings")),
    ",'Tasks':" OBJECT("'tasks'", "'tasks':" LIST(REF("Task"))),
    ",'Label':" OPEN("'id','text','label','role'",
                     "'id':" TEXT ",'text':" TEXT ",'label':" TEXT ",'role':{'enum':['learn','certify']},"
                     "'answered_by':" MAYBE ",'answered_at':" TIME_MAYBE),
    ",'Model':" OBJECT("'model','champion','bytes','added_at'",
                       "'model':" TEXT ",'champion':" YES ",'bytes':" WHOLE ",'added_by':" MAYBE
                       ",'added_at':" TIME_MAYBE ",'promoted_at':" TIME_MAYBE ",'retired_at':" TIME_MAYBE
                       ",'promise':{'type':['object','null']},'card':{'type':['object','null']}"),
    ",'Models':" OBJECT("'models'", "'models':" LIST(REF("Model"))),
    ",'AddedModel':" OBJECT("'task','model','promoted'", "'task':" TEXT ",'model':" TEXT ",'promoted':" YES),
    ",'ReportFinding':" OBJECT("'id','anchor','title'", "'id':" TEXT ",'anchor':" TEXT ",'title':" TEXT
                                                        ",'verdict':{'enum':['holds','weak','broken','unknown',null]},"
                                                        "'severity':{'enum':['info','notice','warning',null]}"),
    ",'Reports':" OBJECT("'reports'", "'reports':" LIST(OBJECT("'kind','made_at','findings'",
                                                               "'kind':{'enum':['explore','doubt']},'made_at':" TIME
                                                               ",'bytes':" WHOLE ",'title':" MAYBE ",'command':" MAYBE
                                                               ",'findings':" LIST(REF("ReportFinding"))))),
    ",'Report':" OPEN("'made_at','findings'", "'made_at':" WHOLE ",'findings':" LIST("{'type':'object'}")),
    ",'Monitor':" OBJECT(
        "'task','champion','paused','since','automatic','coverage','audits','promise','error','error_sequence','alarm'",
        "'task':" TEXT ",'champion':" MAYBE ",'paused':" YES ",'paused_why':" MAYBE ",'since':" TIME_MAYBE
        ",'automatic':" WHOLE ",'coverage':" NUMBER_MAYBE ",'audits':" OBJECT(
            "'drawn','right','wrong','waiting','second','missing'",
            "'drawn':" WHOLE_MAYBE ",'right':" WHOLE ",'wrong':" WHOLE ",'waiting':" WHOLE_MAYBE
            ",'second':" WHOLE_MAYBE
            ",'missing':" WHOLE) ",'error':" NUMBER_MAYBE ",'error_sequence':{'type':'array','items':" NUMBER_MAYBE
                                 ",'minItems':2,'maxItems':2},'promise':" PROMISE ",'tested_against':" NUMBER_MAYBE
                                 ",'log_wealth':" NUMBER_MAYBE ",'p':" NUMBER_MAYBE ",'alarm_delta':" NUMBER
                                 ",'alarm':" YES ",'labels':" LIST(
                                     OBJECT("'label','max_error','tested_against','automatic','wrong','log_wealth','p',"
                                            "'alarm'",
                                            "'label':" TEXT ",'max_error':" NUMBER ",'tested_against':" NUMBER
                                            ",'automatic':" WHOLE ",'wrong':" WHOLE ",'log_wealth':" NUMBER
                                            ",'p':" NUMBER ",'alarm':" YES)) ",'queue':" QUEUE_FIGURES),
    ",'Day':{'type':'object','required':['day','human'],'properties':{'day':{'type':'string','format':'date'}},"
    "'additionalProperties':" WHOLE "}",
    ",'Days':" OBJECT("'task','days'", "'task':" TEXT ",'days':" LIST(REF("Day"))),
    ",'Update':" OBJECT("'task','since','text'", "'task':" TEXT ",'since':" TIME_MAYBE ",'text':" TEXT),
    ",'Login':" OBJECT("'name','password'", "'name':" NAME ","
                                            "'password':{'type':'string','minLength':1,'maxLength':1024}"),
    ",'LinkLogin':" OBJECT("'token','password'", "'token':{'type':'string','minLength':1,'maxLength':64},"
                                                 "'password':{'type':'string','minLength':10,'maxLength':1024}"),
    ",'Caller':" OBJECT("'name','scopes','session','csrf'",
                        "'name':" TEXT ",'scopes':" LIST("{'enum':['classify','review','admin']}") ",'session':" YES
                                                                                                   ",'csrf':" MAYBE),
    ",'User':" OBJECT("'name','role','disabled'", "'name':" TEXT ",'role':{'enum':['reviewer','admin']},'disabled':" YES
                                                  ",'has_password':" YES ",'created_at':" TIME_MAYBE),
    ",'Users':" OBJECT("'users'", "'users':" LIST(REF("User"))),
    ",'NewUser':" OBJECT("'name','role'", "'name':" NAME ","
                                          "'role':{'enum':['reviewer','admin']}"),
    ",'Link':" OBJECT("'name','link'", "'name':" TEXT ",'link':" TEXT),
    ",'KeyInfo':" OBJECT("'name','scopes'", "'name':" TEXT ",'scopes':" LIST(TEXT) ",'created_at':" TIME_MAYBE
                                                                                   ",'last_used_at':" TIME_MAYBE
                                                                                   ",'revoked_at':" TIME_MAYBE),
    ",'Keys':" OBJECT("'keys'", "'keys':" LIST(REF("KeyInfo"))),
    ",'NewKey':" OBJECT("'name','scopes'", "'name':" NAME ","
                                           "'scopes':{'type':'array','minItems':1,'items':"
                                           "{'enum':['classify','review','admin']}}"),
    ",'Key':" OBJECT("'name','key'", "'name':" TEXT ",'key':" TEXT),
    ",'Entry':" OBJECT("'sequence','at','actor','kind','words'",
                       "'sequence':" WHOLE ",'at':" TIME ",'actor':" TEXT ",'kind':" TEXT ",'task':" MAYBE
                       ",'words':" TEXT ",'figures':{'type':['object','null']}"),
    ",'Journal':" OBJECT("'entries'", "'entries':" LIST(REF("Entry"))),
    ",'Note':" OBJECT("'words'", "'words':{'type':'string','minLength':1,'maxLength':4000},'task':" MAYBE),
    ",'Health':" OBJECT("'status','version','uptime_s','broken_models'",
                        "'status':{'enum':['ok','degraded']},'broken_models':" WHOLE ",'version':" TEXT
                        ",'uptime_s':" WHOLE),
    ",'OpenAPI':{'type':'object','required':['openapi','paths']}}",
};

json_t *ho_http__schemas(void)
{
	size_t len = 0, n = sizeof parts / sizeof *parts;
	for (size_t i = 0; i < n; i++)
		len += strlen(parts[i]);
	char *text = ho_alloc(len + 1, 1), *at = text;
	for (size_t i = 0; text && i < n; i++)
		for (const char *c = parts[i]; *c; c++)
			*at++ = *c == '\'' ? '"' : *c;
	json_t *schemas = text ? json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	ho_free(text);
	return schemas;
}
