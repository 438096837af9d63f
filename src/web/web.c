#include "web/web.h"

#include <stddef.h>

#include "web/private.h"

static const char *const plain_pages[] = {"/", "/login", "/journal", "/settings"};
static const char *const task_pages[] = {"review", "dashboard", "labels", "models", "settings"};

static bool among(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

/* "/tasks/NAME/PAGE": the name is any one step; the API knows whether it is a task. */
static bool is_task_page(const char *path)
{
	static const char prefix[] = "/tasks/";
	if (strncmp(path, prefix, sizeof prefix - 1) != 0)
		return false;
	const char *name = path + sizeof prefix - 1;
	const char *slash = strchr(name, '/');
	return slash && slash > name && among(slash + 1, task_pages, sizeof task_pages / sizeof *task_pages);
}

const struct ho_asset *ho_web_asset(const char *path)
{
	if (among(path, plain_pages, sizeof plain_pages / sizeof *plain_pages) || is_task_page(path))
		return ho_web__assets[0];
	for (const struct ho_asset *const *asset = ho_web__assets; *asset; asset++)
		if (strcmp((*asset)->path, path) == 0)
			return *asset;
	return NULL;
}

const struct ho_asset *const *ho_web_assets(void)
{
	return ho_web__assets;
}
