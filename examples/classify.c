/* Classify each line of standard input with a model of `handoff train`:  ./classify MODEL <texts
   Build: cc classify.c -o classify $(pkg-config --cflags --libs handoff) */
#include <stdio.h>
#include <stdlib.h>
#include <handoff/handoff.h>

int main(int argc, char **argv)
{
	struct ho_error err = {.message = "usage: classify MODEL <texts"};
	struct ho_model *model = NULL;
	struct ho_workspace *ws = NULL;
	struct ho_answer a;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	enum ho_status status = argc == 2 ? ho_model_open(&model, argv[1], &err) : HO_EINVAL;
	if (!status)
		status = ho_workspace_new(&ws, model, &err);
	while (!status && (len = getline(&line, &size, stdin)) > 0) {
		status = ho_classify(&a, ws, line, (size_t)len - (line[len - 1] == '\n'), &err);
		if (!status)
			printf("%s %.3f %s\n", a.label, a.confidence, a.decision == HO_AUTO ? "auto" : "human");
	}
	if (status)
		fprintf(stderr, "classify: %s\n", err.message);
	free(line);
	ho_workspace_free(ws);
	ho_model_free(model);
	return status ? 1 : 0;
}
